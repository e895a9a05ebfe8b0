import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createReceiver } from '@fic-webhooks/core';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import Database from 'libsql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox, temporaryFile } from './support/open-inbox.js';

/** A file with one event, to be put in the place of another one. */
async function makeBackup(): Promise<{ readonly file: string; readonly key: string }> {
  const file = temporaryFile();
  const inbox = sqliteInbox({ file });
  const item = newItem();
  await inbox.put(item);
  await inbox.close();
  return { file, key: item.key };
}

/** Counts the threads that are started from now on. */
function countThreads(): { readonly started: number } {
  const count = { started: 0 };
  const add = () => void count.started++;
  process.on('worker', add);
  onTestFinished(() => void process.off('worker', add));
  return count;
}

function work(inbox: ReturnType<typeof openInbox>) {
  const keys: string[] = [];
  const trouble: unknown[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async ({ key }) => {
      keys.push(key);
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  return { keys, trouble };
}

test('a corrupt file that is replaced is taken without a restart, and left as it is until then', async () => {
  const backup = await makeBackup();
  const file = temporaryFile();
  const garbage = 'Buy milk. '.repeat(500);
  writeFileSync(file, garbage);
  const inbox = openInbox({ file });
  const threads = countThreads();
  const started = performance.now();
  expect(await codeOf(inbox.ready())).toBe('inbox-corrupt');
  // Every half a second it asks.
  const { keys, trouble } = work(inbox);
  for (let count = 0; count < 140; count++) {
    expect(await codeOf(inbox.put(newItem()))).toBe('inbox-corrupt');
    await delay(50);
  }
  expect(await codeOf(inbox.ready())).toBe('inbox-corrupt');
  // One look every five seconds, not one for each that asks.
  expect(threads.started).toBeGreaterThanOrEqual(2);
  expect(threads.started).toBeLessThanOrEqual(1 + (performance.now() - started) / 5_000);
  expect(readFileSync(file, 'utf8')).toBe(garbage);

  renameSync(backup.file, file);
  const item = newItem();
  await expect.poll(() => inbox.put(item).catch(() => 'not yet')).toBe('stored');
  await inbox.ready();
  await expect.poll(() => keys.toSorted()).toEqual([backup.key, item.key].toSorted());
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(trouble).toEqual(['inbox-corrupt']);
});

test('while a corrupt file is mended, no new one is made in its place', async () => {
  const backup = await makeBackup();
  const file = temporaryFile();
  writeFileSync(file, 'Buy milk. '.repeat(500));
  const inbox = openInbox({ file });
  expect(await codeOf(inbox.put(newItem()))).toBe('inbox-corrupt');
  renameSync(file, `${file}.aside`);
  const message = async () => (await inbox.put(newItem()).catch((error: Error) => error)).toString();
  await expect.poll(message).toContain('is gone or empty now. Put the mended file in its place');
  expect(existsSync(file)).toBe(false);
  renameSync(backup.file, file);
  await expect.poll(() => codeOf(inbox.put(newItem({ key: backup.key })))).toBe('fulfilled');
  expect(await inbox.put(newItem({ key: backup.key }))).toBe('duplicate');
});

test('a large file in which damage has been met is looked through before it is used again', async () => {
  const { file } = await makeBackup();
  const database = new Database(file);
  // More than is looked through at the start, and an index whose first page is not one.
  database.exec('CREATE TABLE ballast (filler BLOB); INSERT INTO ballast VALUES (zeroblob(40000000))');
  const { rootpage } = database
    .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'fic_webhooks_due'")
    .get([]) as { rootpage: number };
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4_096 * (rootpage - 1), 4_096 * rootpage);
  writeFileSync(file, bytes);
  const inbox = openInbox({ file });
  await inbox.ready();
  expect(await codeOf(inbox.put(newItem()))).toBe('inbox-corrupt');
  const message = async () => (await inbox.ready().catch((error: Error) => error))?.toString();
  await expect.poll(message).toContain('is damaged: ');
  expect(statSync(file).size).toBe(bytes.length);
});

test('the worker of a receiver goes on with a file that was mended', async () => {
  const backup = await makeBackup();
  const file = temporaryFile();
  writeFileSync(file, 'Hi.');
  const alerts: string[] = [];
  const events: unknown[] = [];
  // The receiver tries once a minute. The threads have clocks of their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const receiver = createReceiver({
    sink: 'https://example.com/webhooks/fic',
    applicationId: 1234,
    logger: false,
    inbox: sqliteInbox({ file }),
    onAlert: ({ code }) => void alerts.push(code),
    handlers: { '*': ({ ids }) => void events.push(ids) },
  });
  onTestFinished(() => receiver.close({ deadline: 0 }));
  vi.advanceTimersByTime(1);
  await expect.poll(() => alerts).toEqual(['worker-failed']);
  renameSync(backup.file, file);
  await delay(6_000);
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await expect.poll(() => events).toHaveLength(1);
  expect(alerts).toEqual(['worker-failed']);
});
