import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { holdLock } from './support/hold-lock.js';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox, temporaryFile } from './support/open-inbox.js';

/** The longest time for which the event loop stood still while something went on, in milliseconds. */
async function standstillDuring(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return longest;
}

test('a put on a file that another process has locked', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.put(newItem());
  const lock = await holdLock(file);
  const started = performance.now();
  const item = newItem();
  let took = 0;
  const standstill = await standstillDuring(async () => {
    const codes = await Promise.all([codeOf(inbox.put(item)), codeOf(inbox.put(newItem()))]);
    took = performance.now() - started;
    expect(codes).toEqual(['inbox-locked', 'inbox-locked']);
  });
  expect(took).toBeGreaterThan(500);
  expect(took).toBeLessThan(2_000);
  // Much longer than the 20 ms of the target, because the machine may be busy; much shorter than the wait for the lock.
  expect(standstill).toBeLessThan(300);
  await lock.letGo();
  expect(await inbox.put(item)).toBe('stored');
});

test('one that comes while others wait has a second of its own, and all are taken once the lock is free', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.put(newItem());
  const lock = await holdLock(file);
  const first = codeOf(inbox.put(newItem()));
  await delay(600);
  const second = inbox.put(newItem());
  expect(await first).toBe('inbox-locked');
  await lock.letGo();
  expect(await second).toBe('stored');
});

test('a file that is locked at the start', async () => {
  const file = temporaryFile();
  await openInbox({ file }).close();
  const lock = await holdLock(file);
  const inbox = openInbox({ file });
  const started = performance.now();
  await inbox.ready();
  expect(await codeOf(inbox.put(newItem()))).toBe('inbox-locked');
  expect(await codeOf(inbox.health())).toBe('inbox-locked');
  expect(performance.now() - started).toBeLessThan(5_000);
  await lock.letGo();
  expect(await inbox.put(newItem())).toBe('stored');
  expect(await inbox.health()).toMatchObject({ waiting: 1 });
});

test('what can be read is read while the file is locked', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' });
  await holdLock(file);
  expect(await inbox.health()).toMatchObject({ deadLetters: 1 });
  expect(await inbox.deadLetters.list()).toHaveLength(1);
});

test('a transaction waits for the lock, the event loop does not', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.transaction((tx) => tx.exec('CREATE TABLE effects (id INTEGER)'));
  const lock = await holdLock(file);
  const standstill = await standstillDuring(async () => {
    const inserted = inbox.transaction((tx) => tx.run('INSERT INTO effects VALUES (1)'));
    await delay(700);
    await lock.letGo();
    expect(await inserted).toMatchObject({ changes: 1 });
  });
  expect(standstill).toBeLessThan(300);
});

test('a verdict that meets a locked file is stored later, and counts no crash', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.put(newItem());
  let runs = 0;
  const trouble: unknown[] = [];
  let lock: { letGo(): Promise<void> } | undefined;
  const worker = inbox.work({
    concurrency: 2,
    lease: 600,
    process: async () => {
      runs++;
      lock = await holdLock(file);
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  await expect.poll(() => trouble.length).toBeGreaterThan(0);
  // Long after the end of the lease.
  await delay(1_500);
  await lock?.letGo();
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  await worker.stop({ deadline: 1_000 });
  expect(runs).toBe(1);
  // Once, however often it was tried.
  expect(trouble).toEqual(['inbox-locked']);
});
