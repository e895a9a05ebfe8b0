import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { holdLock } from './support/hold-lock.js';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox } from './support/open-inbox.js';
import { temporaryFolder } from './support/temporary-folder.js';

/** Mounts a small disk of its own, which only root may. */
function mountSmallDisk(skip: TestContext['skip']): { fill(): void; free(): void; readonly file: string } {
  const folder = temporaryFolder();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stdout.write(`Skipped: no disk could be mounted. ${stderr}\n`);
    skip();
  }
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]));
  const ballast = join(folder, 'ballast');
  return {
    file: join(folder, 'events.db'),
    fill: () => {
      const descriptor = openSync(ballast, 'a');
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(4096));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      } finally {
        closeSync(descriptor);
      }
    },
    free: () => rmSync(ballast),
  };
}

/** Large enough not to fit into what is left of the log. */
const large = () => newItem({ fingerprint: 'x'.repeat(100_000) });

test('what does not fit is refused, what was accepted is kept, and all goes on once there is room', async ({
  skip,
}) => {
  const disk = mountSmallDisk(skip);
  const inbox = openInbox({ file: disk.file, durability: 'relaxed' });
  const accepted = [newItem()];
  for (const item of accepted) await inbox.put(item);
  disk.fill();
  for (;;) {
    const items = Array.from({ length: 5 }, large);
    const codes = await Promise.all(items.map((item) => codeOf(inbox.put(item))));
    // All of a group, or nothing of it.
    expect(new Set(codes).size).toBe(1);
    if (codes[0] !== 'fulfilled') {
      expect(codes[0]).toBe('inbox-full');
      break;
    }
    accepted.push(...items);
  }
  const started = performance.now();
  for (let count = 0; count < 20; count++) expect(await codeOf(inbox.put(large()))).toBe('inbox-full');
  expect(performance.now() - started).toBeLessThan(5_000);
  // What has been stored can still be looked at.
  expect(await inbox.health()).toMatchObject({ waiting: accepted.length });
  disk.free();
  await expect.poll(() => codeOf(inbox.put(newItem())), { timeout: 5_000 }).toBe('fulfilled');
  for (const item of accepted) expect(await inbox.put(item)).toBe('duplicate');
});

test('nothing is claimed on a full disk: its outcome could not be stored', async ({ skip }) => {
  const disk = mountSmallDisk(skip);
  const inbox = openInbox({ file: disk.file, durability: 'relaxed' });
  const items = Array.from({ length: 20 }, () => newItem());
  for (const item of items) await inbox.put(item);
  const started: string[] = [];
  const ended: string[] = [];
  const trouble: unknown[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const worker = inbox.work({
    concurrency: 2,
    lease: 1_000,
    process: async ({ key, crashes }) => {
      started.push(key);
      expect(crashes).toBe(0);
      await gate;
      ended.push(key);
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  await expect.poll(() => started.length).toBe(2);
  disk.fill();
  // Until the log has no room left.
  await expect.poll(() => codeOf(inbox.put(large())), { timeout: 5_000 }).toBe('inbox-full');
  open();
  await expect.poll(() => trouble.length).toBeGreaterThan(0);
  // Longer than the lease: its verdicts are tried again, and its own claims are not taken from itself.
  await delay(2_500);
  expect(started).toHaveLength(2);
  expect(trouble).toEqual(['inbox-full']);
  disk.free();
  await expect.poll(() => ended.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  await worker.stop({ deadline: 1_000 });
  // Each once.
  expect([...new Set(started)]).toEqual(started);
  for (const { key } of items) expect(started).toContain(key);
});

test('nothing is claimed before a trial write has succeeded, even where a claim would still fit', async ({
  skip,
}) => {
  const disk = mountSmallDisk(skip);
  const inbox = openInbox({ file: disk.file, durability: 'relaxed' });
  await inbox.put(newItem());
  disk.fill();
  // Makes the log longer, and is taken back: a claim has room there.
  await expect.poll(() => codeOf(inbox.put(large())), { timeout: 5_000 }).toBe('inbox-full');
  let started = 0;
  const trouble: unknown[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 60_000,
    process: async () => {
      started++;
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  await delay(2_000);
  expect(started).toBe(0);
  expect(trouble).toEqual(['inbox-full']);
  disk.free();
  await expect.poll(() => started, { timeout: 5_000 }).toBe(1);
  await worker.stop({ deadline: 1_000 });
});

test('a disk that is full at the start', async ({ skip }) => {
  const disk = mountSmallDisk(skip);
  disk.fill();
  const inbox = openInbox({ file: disk.file, durability: 'relaxed' });
  await inbox.ready();
  const code = await codeOf(inbox.put(newItem()));
  expect(['inbox-full', 'inbox-unreachable']).toContain(code);
  disk.free();
  await expect.poll(() => codeOf(inbox.put(newItem())), { timeout: 5_000 }).toBe('fulfilled');
});

test('where there is room again, a trial that meets a locked file waits for the lock, not for its next turn', async ({
  skip,
}) => {
  const disk = mountSmallDisk(skip);
  const inbox = openInbox({ file: disk.file, durability: 'relaxed' });
  await inbox.put(newItem());
  disk.fill();
  await expect.poll(() => codeOf(inbox.put(large()))).toBe('inbox-full');
  disk.free();
  const lock = await holdLock(disk.file);
  // The next trial is due.
  await delay(700);
  expect(await codeOf(inbox.put(newItem()))).toBe('inbox-locked');
  await lock.letGo();
  expect(await codeOf(inbox.put(newItem()))).toBe('fulfilled');
});
