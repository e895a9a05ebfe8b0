import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SqliteInbox, sqliteInbox } from '@fic-webhooks/sqlite';
import { inboxConformanceCaseNames, runInboxConformance } from '@fic-webhooks/testing';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-sqlite-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = new WeakMap<object, string>();
let count = 0;

function open(file: string): SqliteInbox {
  const inbox = sqliteInbox({ file });
  files.set(inbox, file);
  return inbox;
}

it('keeps the contract of an inbox', { timeout: 240_000 }, async () => {
  const results = await runInboxConformance({
    createInbox: () => open(join(folder, `${++count}.db`)),
    reopen: (closed) => open(files.get(closed) ?? ''),
    expire: (inbox) =>
      (inbox as SqliteInbox).transaction((tx) => {
        // As if another process had taken each claim over, and died. A lease that has merely ended is renewed, and goes on.
        tx.exec("UPDATE fic_webhooks_items SET due_at = 0, token = 'another' WHERE token IS NOT NULL");
      }),
  });
  expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual(inboxConformanceCaseNames);
});
