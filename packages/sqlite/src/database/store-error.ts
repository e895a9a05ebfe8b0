import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoreFailure } from '../store/store-operations.js';

/** An error that knows what is to be told of it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;

  constructor(failure: StoreFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The primary part of a result code of SQLite, such as SQLITE_IOERR of SQLITE_IOERR_FSYNC. */
function primaryCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return '';
  const { rawCode } = error as { rawCode?: unknown };
  // The driver knows the names of some extended codes only. The lower byte is the primary one.
  const byNumber = typeof rawCode === 'number' ? primaryCodes.get(rawCode & 0xff) : undefined;
  return byNumber ?? code;
}

/** See {@link https://www.sqlite.org/rescode.html}. */
const primaryCodes: ReadonlyMap<number, string> = new Map([
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
  [26, 'SQLITE_NOTADB'],
]);

/** True when another connection has the lock, which it will give back. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED';
}

/** True for a fault of one statement, as against one of the file, the disk or the connection. */
export function isStatementFault(error: unknown): boolean {
  return !(error instanceof StoreError) && !describers.has(primaryCode(error));
}

type Describer = (file: string) => StoreFailure;

const locked: Describer = (file) => ({
  code: 'inbox-locked',
  message: `${file} is locked: another program has been writing to it for about a second. Look for a long transaction, a backup or a database browser on the file, and end it.`,
});

const unreachable: Describer = (file) => ({
  code: 'inbox-unreachable',
  message: `${file} can be neither opened nor made, or not be written. Probably its folder is missing or belongs to another user: see that this process may write to the file and to its folder.`,
});

const corrupt: Describer = (file) => ({
  code: 'inbox-corrupt',
  message: `${file} is not an intact SQLite database. It is left as it is: put it aside, restore it from a backup or recover it with '.recover' of the sqlite3 command, or give another file.`,
  final: true,
});

const full: Describer = (file) => ({
  code: 'inbox-full',
  message: `The disk of ${file} is full. Make room on it: everything goes on by itself then.`,
});

const faulty: Describer = (file) => {
  // The index of the log is grown by other means, which say nothing of a full disk.
  if (hasNoRoom(file)) return full(file);
  return {
    code: 'inbox-unreachable',
    message: `The disk of ${file} failed to read or to write. Look into the log of the system.`,
  };
};

const describers: ReadonlyMap<string, Describer> = new Map(
  Object.entries({
    SQLITE_BUSY: locked,
    SQLITE_LOCKED: locked,
    SQLITE_READONLY: unreachable,
    SQLITE_IOERR: faulty,
    SQLITE_CORRUPT: corrupt,
    SQLITE_FULL: full,
    SQLITE_CANTOPEN: unreachable,
    SQLITE_NOTADB: corrupt,
  }),
);

function hasNoRoom(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}

/** What is to be told of whatever was thrown while the file was used. */
export function describeFailure(error: unknown, file: string): StoreFailure {
  if (error instanceof StoreError) return error.failure;
  const detail = error instanceof Error ? error.message : String(error);
  const isUnopened = detail.startsWith('ConnectionFailed') || isSystemError(error);
  const describe = isUnopened ? unreachable : describers.get(primaryCode(error));
  if (describe !== undefined) return { ...describe(file), detail };
  return { code: 'inbox-unreachable', message: `${file} could not be used: ${detail}`, detail };
}

function isSystemError(error: unknown): boolean {
  return typeof (error as { syscall?: unknown } | null)?.syscall === 'string';
}
