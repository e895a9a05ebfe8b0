import { symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox, temporaryFile } from './support/open-inbox.js';
import { startProcess, type TestProcess } from './support/process.js';
import { standStill } from './support/stand-still.js';

const keysOf = (processes: readonly TestProcess[], kind: string) =>
  processes.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ')[1] ?? ''),
  );

test('a process that is killed while it commits loses nothing that it has answered', async () => {
  const file = temporaryFile();
  const answered: string[] = [];
  for (let round = 0; round < 6; round++) {
    const writers = [startProcess('put-until-killed.js', file), startProcess('put-until-killed.js', file)];
    await expect.poll(() => writers.every(({ lines }) => lines.length > 50)).toBe(true);
    // Somewhere in a commit.
    await delay(Math.random() * 40);
    await Promise.all(writers.map((writer) => writer.kill()));
    answered.push(...keysOf(writers, 'stored'));
    expect(keysOf(writers, 'error')).toEqual([]);
  }
  const inbox = openInbox({ file });
  expect(answered.length).toBeGreaterThan(600);
  expect(new Set(answered).size).toBe(answered.length);
  const again = await Promise.all(answered.map((key) => inbox.put(newItem({ key, fingerprint: 'f' }))));
  expect(again.filter((result) => result !== 'duplicate')).toEqual([]);
});

test('four processes put and four work on one file: each event is run once', {
  timeout: 120_000,
}, async () => {
  const file = temporaryFile();
  const workers = Array.from({ length: 4 }, (_, index) =>
    startProcess('work-until-killed.js', file, `w${index}`, '2', '60000'),
  );
  await expect.poll(() => workers.every(({ lines }) => lines.includes('ready'))).toBe(true);
  const writers = Array.from({ length: 4 }, () => startProcess('put-until-killed.js', file, '500'));
  await Promise.all(writers.map((writer) => writer.ended()));
  const stored = keysOf(writers, 'stored');
  expect(stored).toHaveLength(2_000);
  // On a busy machine somebody may wait for the lock in vain, and tries again.
  const unexpected = (code: string) => code !== 'inbox-locked';
  expect(keysOf(writers, 'error').filter(unexpected)).toEqual([]);
  await expect.poll(() => keysOf(workers, 'end').length, { timeout: 60_000 }).toBe(2_000);
  for (const { child } of workers) child.kill('SIGTERM');
  await Promise.all(workers.map((worker) => worker.ended()));
  expect(keysOf(workers, 'start').sort()).toEqual(stored.sort());
  expect(keysOf(workers, 'trouble').filter(unexpected)).toEqual([]);
  // No worker was left out.
  for (const worker of workers) expect(worker.lines.length).toBeGreaterThan(2);
  const inbox = openInbox({ file });
  expect(await inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
});

test('a worker that is killed has its events taken over, as crashes and not as attempts', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  const items = Array.from({ length: 4 }, () => newItem());
  for (const item of items) await inbox.put(item);
  const first = startProcess('work-until-killed.js', file, 'first', '60000', '700');
  await expect.poll(() => keysOf([first], 'start').length).toBe(4);
  // Its leases are renewed while it lives.
  const second = startProcess('work-until-killed.js', file, 'second', '5', '700');
  await delay(2_000);
  expect(keysOf([second], 'start')).toEqual([]);
  await first.kill();
  await expect.poll(() => keysOf([second], 'end').length).toBe(4);
  const starts = second.lines.filter((line) => line.startsWith('start'));
  expect(starts.map((line) => line.split(' ').slice(3))).toEqual(starts.map(() => ['1', '1', 'second']));
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
});

test('a process that stood still for longer than its lease ends nothing that is no longer its own', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  const item = newItem();
  await inbox.put(item);
  const first = startProcess('work-until-killed.js', file, 'first', '1500', '500');
  await expect.poll(() => keysOf([first], 'start').length).toBe(1);
  first.child.kill('SIGSTOP');
  const tokens: string[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async ({ token }) => {
      tokens.push(token);
      first.child.kill('SIGCONT');
      // The other one has come to its end meanwhile.
      await expect.poll(() => keysOf([first], 'end').length).toBe(1);
      await delay(500);
      return { kind: 'bury', reason: 'attempts', error: 'mine', failed: true };
    },
    onTrouble: () => {},
  });
  await expect.poll(async () => (await inbox.deadLetters.list()).length).toBe(1);
  const [letter] = await inbox.deadLetters.list();
  expect(letter).toMatchObject({ key: item.key, error: 'mine', attempts: 1, crashes: 1 });
  expect(tokens).toHaveLength(1);
  await worker.stop({ deadline: 1_000 });
});

test('a process that stood still for longer than its lease goes on, when nobody took over', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.put(newItem());
  const only = startProcess('work-until-killed.js', file, 'only', '2500', '400');
  await expect.poll(() => keysOf([only], 'start').length).toBe(1);
  only.child.kill('SIGSTOP');
  await delay(1_200);
  only.child.kill('SIGCONT');
  await expect.poll(() => keysOf([only], 'end').length).toBe(1);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(keysOf([only], 'start')).toHaveLength(1);
});

test('a claim whose lease was over when its answer came begins nothing: another process may have the event', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.ready();
  const other = startProcess('work-until-killed.js', file, 'other', '6000', '800');
  await expect.poll(() => other.lines.includes('ready')).toBe(true);
  const begun: string[] = [];
  const trouble: unknown[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 800,
    process: async ({ key }) => {
      begun.push(key);
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  const takenOver = () => other.lines.some((line) => /^start .* 1 1 other$/.test(line));
  // Until a claim has been made here, and has been taken over there.
  for (let round = 0; !takenOver(); round++) {
    expect(round).toBeLessThan(10);
    await inbox.put(newItem());
    await new Promise((resolve) => setImmediate(resolve));
    // The claim is on its way. The thread goes on, and so does the other process.
    standStill(3_000);
    await delay(300);
  }
  const started = keysOf([other], 'start');
  expect(begun.filter((key) => started.includes(key))).toEqual([]);
  expect(trouble).toContain('inbox-unreachable');
});

test('a link to a file whose newest events are still in the log is not taken for damaged', async () => {
  const file = temporaryFile();
  writeFileSync(file, '');
  const link = `${file}.link`;
  symlinkSync(file, link);
  const writer = startProcess('put-until-killed.js', link);
  await expect.poll(() => writer.lines.length > 50).toBe(true);
  await writer.kill();
  const inbox = openInbox({ file: link });
  await inbox.ready();
  expect((await inbox.health()).waiting).toBeGreaterThanOrEqual(keysOf([writer], 'stored').length);
});
