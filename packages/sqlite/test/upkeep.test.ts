import { existsSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox, temporaryFile } from './support/open-inbox.js';

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0);

test('what is done leaves its key only, and that is forgotten after its retention', async () => {
  const inbox = openInbox();
  const count = () =>
    inbox.transaction((tx) => ({
      ...tx.get<{ items: number }>('SELECT count(*) AS items FROM fic_webhooks_items'),
      ...tx.get<{ remembered: number }>('SELECT count(*) AS remembered FROM fic_webhooks_remembered'),
    }));
  const worker = inbox.work({
    concurrency: 50,
    lease: 60_000,
    process: async () => ({ kind: 'done' }),
    onTrouble: () => {},
  });
  const short = Array.from({ length: 2_000 }, () => newItem({ retention: 3_000 }));
  const long = Array.from({ length: 20 }, () => newItem());
  await Promise.all([...short, ...long].map((item) => inbox.put(item)));
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(await count()).toEqual({ items: 0, remembered: 2_020 });
  expect(await inbox.put(short[0] ?? newItem())).toBe('duplicate');
  await expect.poll(count, { timeout: 20_000 }).toEqual({ items: 0, remembered: 20 });
  expect(await inbox.put(long[0] ?? newItem())).toBe('duplicate');
  await worker.stop({ deadline: 1_000 });
  expect(await inbox.put(short[0] ?? newItem())).toBe('stored');
});

test('the log stays small while much is written, and is emptied at rest', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  const log = `${file}-wal`;
  let left = 12_000;
  let largest = 0;
  const payload = { kind: 'raw', headers: [], body: 'x'.repeat(8_000), claims: {} } as never;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (left-- > 0) {
        await inbox.put(newItem({ payload }));
        if (left % 100 === 0) largest = Math.max(largest, sizeOf(log));
      }
    }),
  );
  // Some 200 MB went through it.
  expect(sizeOf(file)).toBeGreaterThan(60_000_000);
  expect(largest).toBeGreaterThan(1_000_000);
  expect(largest).toBeLessThan(100_000_000);
  await expect.poll(() => sizeOf(log), { timeout: 20_000 }).toBe(0);
  await inbox.put(newItem());
  await inbox.close();
  // The file alone is all there is to copy.
  expect(sizeOf(log)).toBe(0);
});

test('a list of dead letters goes on after one that has been dealt with', async () => {
  const inbox = openInbox();
  const keys: string[] = [];
  for (let index = 0; index < 6; index++) {
    const letter = { ...newItem(), reason: 'unreadable', error: `${index}` } as const;
    keys.push(letter.key);
    await inbox.bury(letter);
  }
  const after = async (key = '') => (await inbox.deadLetters.list({ after: key })).map(({ error }) => error);
  await inbox.deadLetters.discard(keys[1] ?? '');
  expect(await after(keys[1])).toEqual(['2', '3', '4', '5']);
  await inbox.deadLetters.retry(keys[3] ?? '');
  expect(await after(keys[3])).toEqual(['4', '5']);
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async () => ({ kind: 'done' }),
    onTrouble: () => {},
  });
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(await after(keys[3])).toEqual(['4', '5']);
  await worker.stop({ deadline: 1_000 });
  for (const limit of [0, 1.5, 1_001, Number.NaN]) {
    await expect(inbox.deadLetters.list({ limit })).rejects.toMatchObject({ code: 'option-invalid' });
  }
  // A boolean would end the process in the driver.
  for (const reason of [true, null, 5, 'Attempts', 'toString', ['attempts']]) {
    const listing = inbox.deadLetters.list({ reason: reason as never });
    await expect(listing).rejects.toMatchObject({ code: 'option-invalid', option: 'reason' });
  }
  expect(await inbox.deadLetters.list({ reason: 'unreadable' })).toHaveLength(4);
  expect(await inbox.deadLetters.list({ reason: 'attempts' })).toEqual([]);
});

test('a list that goes on after letters that are all gone has what came later', async () => {
  const file = temporaryFile();
  let inbox = openInbox({ file });
  const bury = async (error: string) => {
    const letter = { ...newItem(), reason: 'unreadable', error } as const;
    await inbox.bury(letter);
    return letter.key;
  };
  const after = async (key = '') => (await inbox.deadLetters.list({ after: key })).map(({ error }) => error);
  const keys = [await bury('1'), await bury('2'), await bury('3')];
  for (const key of keys) await inbox.deadLetters.discard(key);
  keys.push(await bury('4'), await bury('5'));
  expect(await after(keys[2])).toEqual(['4', '5']);
  // Also of letters that were done after a retry, and of an inbox that was opened again.
  for (const key of keys.slice(3)) await inbox.deadLetters.retry(key);
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async () => ({ kind: 'done' }),
    onTrouble: () => {},
  });
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  await worker.stop({ deadline: 1_000 });
  await inbox.close();
  inbox = openInbox({ file });
  await bury('6');
  expect(await after(keys[2])).toEqual(['6']);
  expect(await after(keys[4])).toEqual(['6']);
});

test('the keys of a great many events are forgotten bit by bit, and accepting goes on', async () => {
  const inbox = openInbox();
  const count = async () =>
    (
      await inbox.transaction((tx) =>
        tx.get<{ count: number }>('SELECT count(*) AS count FROM fic_webhooks_remembered'),
      )
    )?.count ?? 0;
  await inbox.transaction((tx) => {
    const insert = tx.prepare('INSERT INTO fic_webhooks_remembered VALUES (hex(randomblob(32)), ?, 1, NULL)');
    for (let index = 0; index < 50_000; index++) insert.run(['f'.repeat(64)]);
  });
  const counts: number[] = [];
  let slowest = 0;
  for (const end = performance.now() + 4_000; performance.now() < end; ) {
    const started = performance.now();
    await inbox.put(newItem());
    slowest = Math.max(slowest, performance.now() - started);
    counts.push(await count());
    await delay(5);
  }
  expect(counts.at(-1)).toBeLessThan(50_000);
  // Not all at once: several batches have been seen.
  expect(new Set(counts).size).toBeGreaterThan(5);
  // A batch takes some milliseconds. The rest is the noise of a busy machine.
  expect(slowest).toBeLessThan(500);
});

test('a key whose retention is over is new, before it has been cleared away, too', async () => {
  const inbox = openInbox();
  const item = newItem();
  await inbox.transaction((tx) =>
    tx.run('INSERT INTO fic_webhooks_remembered VALUES (?, ?, 1, NULL)', [item.key, item.fingerprint]),
  );
  expect(await inbox.put(item)).toBe('stored');
  expect(await inbox.put(item)).toBe('duplicate');
  // And again, once it has been done.
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async () => ({ kind: 'done' }),
    onTrouble: () => {},
  });
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(await inbox.put(item)).toBe('duplicate');
  expect(await inbox.put({ ...item, fingerprint: 'other' })).toBe('conflict');
  await worker.stop({ deadline: 1_000 });
});

test('what this process stores or retries is taken up at once, whatever the poll interval', async () => {
  const inbox = openInbox({ pollInterval: 60_000 });
  const runs: number[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async ({ attempt }) => {
      runs.push(performance.now());
      return attempt === 1 && runs.length === 1
        ? { kind: 'retry', after: 300, error: 'x' }
        : { kind: 'bury', reason: 'attempts', error: 'x', failed: true };
    },
    onTrouble: () => {},
  });
  await delay(300);
  const item = newItem();
  await inbox.put(item);
  await expect.poll(() => runs.length, { timeout: 5_000 }).toBe(2);
  await expect.poll(() => inbox.deadLetters.retry(item.key), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => runs.length, { timeout: 5_000 }).toBe(3);
  await worker.stop({ deadline: 1_000 });
});
