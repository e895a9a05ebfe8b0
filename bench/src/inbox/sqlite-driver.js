import Database from 'libsql';

/** @import { NewInboxItem } from '@fic-webhooks/core' */

const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/** What the inbox runs for an event that is new. */
const insertion = `
  INSERT INTO fic_webhooks_items (key, fingerprint, name, payload, received_at, retention, remember_until, due_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ${now} + ?6, ${now}
  WHERE NOT EXISTS (SELECT 1 FROM fic_webhooks_remembered WHERE key = ?1 AND until > ${now})
  ON CONFLICT (key) DO NOTHING`;

/**
 * The same inserts with the driver alone: same tables, same durability, in place, no thread and no promises.
 *
 * @param {object} options
 * @param {string} options.file
 * @param {readonly NewInboxItem[]} options.items
 * @param {number} options.perCommit - How many share a commit, each in a savepoint of its own when there are several.
 * @returns {number[]} Milliseconds of each commit.
 */
export function insertWithDriver({ file, items, perCommit }) {
  const database = new Database(file);
  database.exec('PRAGMA synchronous = FULL');
  const insert = database.prepare(insertion);
  const times = [];
  for (let first = 0; first < items.length; first += perCommit) {
    const started = performance.now();
    database.exec('BEGIN IMMEDIATE');
    for (const item of items.slice(first, first + perCommit)) {
      if (perCommit > 1) database.exec('SAVEPOINT one');
      const { key, fingerprint, name, payload, receivedAt, retention } = item;
      insert.run([key, fingerprint, name, JSON.stringify(payload), receivedAt, retention]);
      if (perCommit > 1) database.exec('RELEASE one');
    }
    database.exec('COMMIT');
    times.push(performance.now() - started);
  }
  database.close();
  return times;
}
