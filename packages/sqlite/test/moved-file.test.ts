import { existsSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox, temporaryFile } from './support/open-inbox.js';

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

test('nothing is answered as stored in a file that was deleted, and a new one is made', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  expect(await inbox.put(newItem())).toBe('stored');
  await inbox.transaction((tx) => tx.exec('CREATE TABLE own (id INTEGER)'));
  expect((await inbox.health()).waiting).toBe(1);
  remove(file);
  const item = newItem();
  await expect(inbox.put(item)).rejects.toMatchObject({
    code: 'inbox-unreachable',
    message: expect.stringContaining('deleted, moved or replaced'),
  });
  await expect.poll(() => inbox.put(item).catch(() => 'not yet')).toBe('stored');
  expect(existsSync(file)).toBe(true);
  expect((await inbox.health()).waiting).toBe(1);
  // Also the effects go into the file that is there.
  await inbox.transaction((tx) => tx.exec('CREATE TABLE own (id INTEGER)'));
  await inbox.close();
  expect(await openInbox({ file }).put(item)).toBe('duplicate');
});

test('a worker that finds nothing to do notices that another file was put in place', async () => {
  const file = temporaryFile();
  const other = sqliteInbox({ file: `${file}.other` });
  const item = newItem();
  await other.put(item);
  await other.close();
  const inbox = openInbox({ file });
  await inbox.ready();
  const keys: string[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 15_000,
    process: async ({ key }) => {
      keys.push(key);
      return { kind: 'done' };
    },
    onTrouble: () => {},
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  await delay(50);
  remove(file);
  renameSync(`${file}.other`, file);
  await expect.poll(() => keys, { timeout: 20_000 }).toEqual([item.key]);
});
