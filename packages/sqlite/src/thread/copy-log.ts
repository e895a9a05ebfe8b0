import type { StatementCache } from '../database/statement-cache.js';

/** Passes at most: each one copies what was written during the one before. */
const passes = 5;
/** Pages of the log that are left to the writing thread. */
const leftOver = 200;

/**
 * Copies the log into the file while others go on writing, until little is left of it.
 *
 * When nothing was written during a pass the log has been copied as a whole, and no further pass may begin: if another
 * connection began the log anew at just that moment, the pass would take what is new for copied. That is a fault of SQLite
 * before 3.51.3, and the driver has 3.45: {@link https://www.sqlite.org/wal.html#walresetbug}.
 */
export function copyLog(statements: Pick<StatementCache, 'prepare'>): void {
  const checkpoint = statements.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const changes = statements.prepare('PRAGMA data_version');
  let version = readNumber(changes.get([]));
  let copied = 0;
  for (let pass = 0; pass < passes; pass++) {
    const { busy, log, checkpointed } = checkpoint.get([]) as Record<'busy' | 'log' | 'checkpointed', number>;
    // Another connection copies, or a long look at the file keeps the log as it is.
    if (busy !== 0 || checkpointed < log) return;
    if (log - copied < leftOver) return;
    const now = readNumber(changes.get([]));
    if (now === version) return;
    version = now;
    copied = log;
  }
}

function readNumber(row: unknown): number {
  return (row as { data_version: number }).data_version;
}
