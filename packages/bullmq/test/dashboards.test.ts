import type { Verdict } from '@fic-webhooks/core';
import { createPostgresBackend, Queue } from 'bullmq';
import { expect, onTestFinished } from 'vitest';
import { backEnds } from './support/back-ends.js';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';
import type { Server } from './support/server.js';
import { startProcess } from './support/start-process.js';

// What a dashboard does: it opens the queue by its name, with BullMQ alone.
function openQueue(name: string, { url }: Server) {
  const queue =
    name === 'Redis'
      ? new Queue('fic-webhooks', { connection: { url } })
      : new Queue('fic-webhooks', { connection: url }, createPostgresBackend);
  onTestFinished(() => queue.close());
  return queue;
}

for (const { name, test, start } of backEnds) {
  test(`${name}: a dashboard shows what waits, what comes again, what is done and what failed`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const items = Array.from({ length: 4 }, (_, index) => newItem({ name: `name-${index}` }));
    for (const item of items) await inbox.put(item);
    const queue = openQueue(name, server);
    expect(await queue.getWaitingCount()).toBe(4);
    const worker = startWorker(inbox, (item) => {
      if (item.name === 'name-1') return { kind: 'retry', after: 60_000, error: 'not yet' };
      if (item.name === 'name-2') {
        return { kind: 'bury', reason: 'attempts', error: 'caffè', failed: true };
      }
      if (item.name === 'name-3') {
        return { kind: 'bury', reason: 'unhandled', error: '', failed: false };
      }
      return { kind: 'done' };
    });
    await expect.poll(() => worker.items.length).toBe(4);
    await expect.poll(() => queue.getActiveCount()).toBe(0);
    const [completed] = await queue.getCompleted();
    expect(completed).toMatchObject({ name: 'name-0', data: { key: items[0]?.key } });
    const [delayed] = await queue.getDelayed();
    expect(delayed).toMatchObject({ name: 'name-1', attemptsMade: 1, failedReason: 'not yet' });
    const failed = await queue.getFailed();
    expect(failed.map((job) => [job.name, job.failedReason]).sort()).toEqual([
      ['name-2', 'attempts: caffè'],
      ['name-3', 'unhandled'],
    ]);
  });

  test(`${name}: a job that a dashboard retries runs again`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' });
    const [failed] = await openQueue(name, server).getFailed();
    await failed?.retry('failed');
    const worker = startWorker(inbox);
    await expect.poll(() => worker.items.length).toBe(1);
    expect(await inbox.health()).toMatchObject({ deadLetters: 0 });
  });

  test(`${name}: a crash loop that a dashboard retries has its crashes counted anew`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const { key } = newItem();
    await inbox.put(newItem({ key }));
    const queue = openQueue(name, server);
    const seen: unknown[] = [];
    const crash = async (crashes: number) => {
      const crashing = startProcess('work.js', server.url, '60000', '700');
      await expect.poll(() => crashing.lines.join('\n')).toMatch(new RegExp(`start ${key} \\d ${crashes} `));
      await crashing.kill();
    };
    const work = async (verdict: Verdict) => {
      let ended = false;
      const end = () => {
        if (ended) return new Promise<never>(() => {});
        ended = true;
        return verdict;
      };
      const worker = startWorker(inbox, end, { lease: 700 });
      await expect.poll(() => worker.items.length).toBeGreaterThan(0);
      await worker.stop({ deadline: 1_000 });
      seen.push(worker.items[0]?.crashes);
    };
    const bury: Verdict = { kind: 'bury', reason: 'crash-loop', error: 'It died.', failed: false };
    const retry: Verdict = { kind: 'retry', after: 1, error: 'failed' };
    const retryInDashboard = async () => (await queue.getFailed())[0]?.retry('failed');

    await crash(0);
    await crash(1);
    await work(bury);
    expect(await inbox.deadLetters.list()).toMatchObject([{ key, reason: 'crash-loop', crashes: 2 }]);
    await retryInDashboard();
    await work(retry);
    await crash(0);
    await work(bury);
    expect(await inbox.deadLetters.list()).toMatchObject([{ key, reason: 'crash-loop', crashes: 1 }]);
    await retryInDashboard();
    await work({ kind: 'done' });
    expect(seen).toEqual([2, 0, 1, 0]);
    expect(await inbox.health()).toMatchObject({ waiting: 0, deadLetters: 0 });
  });

  test(`${name}: jobs of others fail and are no dead letters`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.ready();
    const queue = openQueue(name, server);
    await queue.add('mine', { some: 'data' });
    await inbox.put(newItem());
    const worker = startWorker(inbox);
    await expect.poll(() => worker.items.length).toBe(1);
    await expect.poll(() => queue.getFailedCount()).toBe(1);
    expect(await inbox.deadLetters.list()).toEqual([]);
  });

  test(`${name}: what was handled is shown for keepCompleted, and its key is known for longer`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url, keepCompleted: 0 });
    const item = newItem();
    await inbox.put(item);
    startWorker(inbox);
    await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0 });
    const queue = openQueue(name, server);
    expect(await queue.getCompletedCount()).toBe(0);
    expect(await inbox.put(item)).toBe('duplicate');
    expect(await inbox.put({ ...item, fingerprint: 'other' })).toBe('conflict');
  });

  test(`${name}: a queue that a dashboard pauses hands out nothing, and takes events`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.ready();
    const queue = openQueue(name, server);
    await queue.pause();
    const worker = startWorker(inbox);
    expect(await inbox.put(newItem())).toBe('stored');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(worker.items).toEqual([]);
    expect(await inbox.health()).toMatchObject({ waiting: 1 });
    await queue.resume();
    await expect.poll(() => worker.items.length).toBe(1);
  });

  test(`${name}: pages go on after letters that are gone, also for another process`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const letters = Array.from({ length: 25 }, () => newItem());
    for (const letter of letters) await inbox.bury({ ...letter, reason: 'unreadable', error: 'x' });
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await inbox.deadLetters.list({ limit: 7, ...(after !== undefined && { after }) });
      if (page.length === 0) break;
      for (const { key } of page) {
        seen.push(key);
        expect(await inbox.deadLetters.discard(key)).toBe(true);
      }
      after = page.at(-1)?.key;
    }
    // Of the same millisecond in any order.
    expect([...seen].sort()).toEqual(letters.map(({ key }) => key).sort());
    const other = openInbox({ connection: server.url });
    await other.bury({ ...newItem({ key: 'f'.repeat(64) }), reason: 'unreadable', error: 'x' });
    // Nobody knows where a letter stood that is gone: from the start, so that none is missed.
    expect(await other.deadLetters.list({ after: letters[3]?.key ?? '' })).toHaveLength(1);
  });

  test(`${name}: a dead letter is found after its key has been forgotten`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const item = newItem({ retention: 50 });
    await inbox.bury({ ...item, reason: 'unreadable', error: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await inbox.deadLetters.retry(item.key)).toBe(true);
    const worker = startWorker(inbox);
    await expect.poll(() => worker.items.length).toBe(1);
  });
}
