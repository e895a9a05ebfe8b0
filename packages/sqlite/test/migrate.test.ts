import Database from 'libsql';
import { expect, test } from 'vitest';
import type { Connection } from '../src/database/connection.js';
import { migrate } from '../src/database/migrate.js';
import { applicationId, schemaSteps } from '../src/database/schema.js';
import { newItem } from './support/new-item.js';
import { openInbox, temporaryFile } from './support/open-inbox.js';

const one = 'CREATE TABLE letters (id INTEGER PRIMARY KEY, text TEXT NOT NULL)';
const two =
  "ALTER TABLE letters ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'; CREATE INDEX by_colour ON letters (colour)";

function open(file: string): Connection & { pragma(name: string): unknown } {
  return new Database(file) as never;
}

test('a file of an older version is brought up to date, with what is in it', () => {
  const file = temporaryFile();
  const older = open(file);
  migrate(older, [one]);
  older.exec("INSERT INTO letters VALUES (1, 'a')");
  older.close();
  const newer = open(file);
  migrate(newer, [one, two]);
  expect(newer.prepare('SELECT id, text, colour FROM letters').get([])).toMatchObject({
    id: 1,
    colour: 'blue',
  });
  expect(newer.pragma('user_version')).toEqual([{ user_version: 2 }]);
  expect(newer.pragma('application_id')).toEqual([{ application_id: applicationId }]);
  migrate(newer, [one, two]);
});

test('a step that fails half-way leaves the file as it was', () => {
  const database = open(temporaryFile());
  migrate(database, [one]);
  expect(() => migrate(database, [one, `${two}; INSERT INTO missing VALUES (1)`])).toThrow(/missing/);
  expect(database.pragma('user_version')).toEqual([{ user_version: 1 }]);
  expect(database.inTransaction).toBe(false);
  migrate(database, [one, two]);
  expect(database.pragma('user_version')).toEqual([{ user_version: 2 }]);
});

test('a file of the first version goes on where its dead letters ended', async () => {
  const file = temporaryFile();
  const first = open(file);
  first.exec('PRAGMA journal_mode = WAL');
  migrate(first, schemaSteps.slice(0, 1));
  const item = newItem();
  first.exec(`INSERT INTO fic_webhooks_items (key, fingerprint, name, payload, received_at, retention, remember_until, due_at)
      VALUES ('waits', 'f', '${item.name}', '${JSON.stringify(item.payload)}', 1, 1, 1, 1);
    INSERT INTO fic_webhooks_remembered VALUES ('discarded', 'f', 9000000000000000, 7)`);
  first.close();
  const inbox = openInbox({ file });
  await inbox.bury({ ...item, reason: 'unreadable', error: 'later' });
  expect(await inbox.deadLetters.list({ after: 'discarded' })).toMatchObject([{ key: item.key }]);
  expect(await inbox.health()).toMatchObject({ waiting: 1, deadLetters: 1 });
  expect(await inbox.put(newItem({ key: 'waits', fingerprint: 'f' }))).toBe('duplicate');
});

test('a file that was cut off before its first step is begun again', async () => {
  const file = temporaryFile();
  const database = open(file);
  // As SQLite leaves it when the process dies between the switch to the log and the first table.
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
  const inbox = openInbox({ file });
  expect(await inbox.put(newItem())).toBe('stored');
  expect(
    await inbox.transaction((tx) => tx.get('SELECT 1 AS one FROM fic_webhooks_remembered')),
  ).toBeUndefined();
});

test('several inboxes on a new file make its tables once', async () => {
  const file = temporaryFile();
  const inboxes = Array.from({ length: 5 }, () => openInbox({ file }));
  const item = newItem();
  const results = await Promise.all(inboxes.map((inbox) => inbox.put(item)));
  expect(results.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'stored']);
});
