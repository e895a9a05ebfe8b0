import { randomBytes } from 'node:crypto';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import Database from 'libsql';

/** Rows of one transaction while a file is filled. */
const batch = 20_000;

/**
 * Has the inbox make a file with its tables, and nothing in them.
 *
 * @param {string} file
 */
export async function makeEmptyFile(file) {
  const inbox = sqliteInbox({ file });
  await inbox.ready();
  await inbox.close();
}

/**
 * Makes a file in which so many events have been stored.
 *
 * @param {string} file
 * @param {number} events
 * @param {'done' | 'waiting'} state - Done: only their keys are left. Waiting: all of them is there.
 */
export async function makeFullFile(file, events, state) {
  await makeEmptyFile(file);
  const database = new Database(file);
  const later = Date.now() + 365 * 86_400_000;
  const sql =
    state === 'done'
      ? `INSERT INTO fic_webhooks_remembered (key, fingerprint, until) VALUES (?, ?, ${later})`
      : `INSERT INTO fic_webhooks_items (key, fingerprint, name, payload, received_at, retention, remember_until, due_at)
         VALUES (?, ?, 'entities.clients.create', '${'x'.repeat(400)}', 1, 1, ${later}, ${later})`;
  const insert = database.prepare(sql);
  for (let done = 0; done < events; done += batch) {
    database.exec('BEGIN');
    for (let index = 0; index < Math.min(batch, events - done); index++) {
      insert.run([randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]);
    }
    database.exec('COMMIT');
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/**
 * Takes away what has been stored since the file was filled, so that each round finds it as it was.
 *
 * @param {string} file
 */
export function emptyAgain(file) {
  const database = new Database(file);
  database.exec('DELETE FROM fic_webhooks_items WHERE retention <> 1; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
