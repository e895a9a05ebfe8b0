import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import Database from 'libsql';
import { missingTracer } from '../durability/trace-answers.js';
import { mountSmallDisk } from '../services/mount-small-disk.js';
import { probeSqlite } from '../services/probe-sqlite.js';
import { receiving, working } from './failpoints.js';
import { leaveOut } from './leave-out.js';
import { putOldItems } from './put-old-items.js';
import { readInbox } from './read-inbox.js';

const storing = ['in-transaction', 'in-commit', 'after-commit'];
const claiming = [...working, 'after-claim', 'in-apply', 'before-verdict'];

/** The embedded inbox: one application that does both, one that only receives, one that only works, all on one file. */
/** @type {import('./part.js').Part} */
export const sqlite = {
  name: 'sqlite',
  title: 'SQLite',
  libraries: ['libsql'],
  missing: () => undefined,
  slots: [
    {
      name: 'both',
      receives: true,
      works: true,
      points: [...receiving, ...storing, ...claiming, 'retention'],
    },
    { name: 'web', receives: true, works: false, points: [...receiving, ...storing] },
    // It is ended in peace now and then, which copies the log into the file.
    {
      name: 'worker',
      receives: false,
      works: true,
      points: [...claiming, 'retention', 'checkpoint'],
    },
  ],
  migrates: true,
  async open({ folder, migrate, isBrief }) {
    const disk = mountSmallDisk(folder);
    const place = 'path' in disk ? disk.path : join(folder, 'data');
    if (!('path' in disk)) {
      mkdirSync(place);
      leaveOut('A disk that is full', disk.missing);
    }
    const tracer = missingTracer();
    if (tracer !== undefined) leaveOut('The check that every 202 follows a sync of the log', tracer);
    const file = join(place, 'inbox.db');
    await migrate({ file });
    const inbox = sqliteInbox({ file });
    await inbox.ready();
    const database = new Database(file, { timeout: 5_000 });
    // No key of any kind: nothing but the inbox keeps an effect from happening twice.
    database.exec('CREATE TABLE effects (event TEXT NOT NULL)');
    if (!isBrief) await putOldItems(inbox);
    const probe = probeSqlite(file);
    return {
      connection: { file },
      transactional: true,
      faults: [
        { name: 'file locked', run: (milliseconds) => lockFile(file, milliseconds) },
        ...('path' in disk ? disk.faults : []),
      ],
      isBlocked: () => isLocked(file, 300),
      ...readInbox(inbox),
      probe: probe.write,
      ...(tracer === undefined && { traced: join(place, 'traced.db') }),
      countEffects: async () => {
        const rows = /** @type {{ event: string, times: number }[]} */ (
          database.prepare('SELECT event, COUNT(*) AS times FROM effects GROUP BY event').all()
        );
        return new Map(rows.map(({ event, times }) => [event, times]));
      },
      close: async () => {
        await probe.stop();
        database.close();
        await inbox.close();
        if ('path' in disk) disk.unmount();
      },
    };
  },
};

/**
 * Holds the write lock, as a backup or a person with a shell would.
 *
 * @param {string} file @param {number} milliseconds
 */
async function lockFile(file, milliseconds) {
  const database = new Database(file, { timeout: 0 });
  while (!tryLock(database)) await pause(1);
  await pause(milliseconds);
  database.exec('ROLLBACK');
  database.close();
}

/**
 * Whether the lock cannot be had for so long. Processes that go on give it back after each commit.
 *
 * @param {string} file @param {number} milliseconds
 */
async function isLocked(file, milliseconds) {
  const database = new Database(file, { timeout: 0 });
  try {
    for (const start = performance.now(); performance.now() - start < milliseconds; await pause(2)) {
      if (!tryLock(database)) continue;
      database.exec('ROLLBACK');
      return false;
    }
    return true;
  } catch {
    // The disk is full besides.
    return true;
  } finally {
    database.close();
  }
}

/** @param {InstanceType<typeof Database>} database */
function tryLock(database) {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (/** @type {{ code?: unknown }} */ (error).code !== 'SQLITE_BUSY') throw error;
    return false;
  }
}
