import { setTimeout as sleep } from 'node:timers/promises';
import type { Inbox } from '@fic-webhooks/core';
import { expect } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { backEnds } from './support/back-ends.js';
import { expectFailure, newItem, openInbox, startWorker } from './support/open-inbox.js';
import { redisTest } from './support/services.js';
import { startRedis } from './support/start-redis.js';

const stored = { status: 'fulfilled', value: 'stored' };

async function expectAllFail(inbox: Inbox, code = 'inbox-unreachable'): Promise<void> {
  await Promise.all([
    expectFailure(() => inbox.put(newItem()), { code }),
    expectFailure(() => inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' }), { code }),
    expectFailure(() => inbox.health(), { code }),
    expectFailure(() => inbox.deadLetters.list(), { code }),
    expectFailure(() => inbox.deadLetters.retry('a'), { code }),
    expectFailure(() => inbox.deadLetters.discard('a'), { code }),
    inbox.ready(),
  ]);
}

for (const { name, test, start } of backEnds) {
  test(`${name} is not there at the start: calls end in time, and all goes on when it is`, async () => {
    const server = await start();
    await server.kill();
    const inbox = openInbox({ connection: server.url });
    const worker = startWorker(inbox);
    const startedAt = performance.now();
    await inbox.ready();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await expectAllFail(inbox);
    await expect.poll(() => worker.troubles.length).toBeGreaterThan(0);
    expect(worker.troubles[0]).toMatchObject({ code: 'inbox-unreachable' });
    await server.restart();
    await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
    await expect.poll(() => worker.items.length).toBe(1);
  });

  test(`${name} is killed and comes back: nothing that was answered is lost`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const before = newItem();
    await inbox.put(before);
    await server.kill();
    await expectAllFail(inbox);
    await server.restart();
    await expect.poll(() => inbox.put(before).catch(String)).toBe('duplicate');
    expect(await inbox.put({ ...before, fingerprint: 'other' })).toBe('conflict');
    const worker = startWorker(inbox);
    await expect.poll(() => worker.items.map(({ key }) => key)).toEqual([before.key]);
  });

  test(`${name} is killed under a worker: it goes on, and nothing is handled twice`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const worker = startWorker(inbox);
    await inbox.put(newItem());
    await expect.poll(() => worker.items.length).toBe(1);
    for (let round = 0; round < 3; round++) {
      await server.kill();
      await sleep(400);
      await server.restart();
      await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
      await expect.poll(() => worker.items.length).toBe(round + 2);
    }
    await sleep(1_000);
    expect(new Set(worker.items.map(({ key }) => key)).size).toBe(worker.items.length);
  });

  test(`${name} is killed under a burst: each answered event is there`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.ready();
    const items = Array.from({ length: 600 }, () => newItem());
    const putting = Promise.allSettled(items.map((item) => inbox.put(item)));
    await sleep(40);
    await server.kill();
    const results = await putting;
    await server.restart();
    await expect.poll(() => inbox.ready().then(() => inbox.health().catch(() => undefined))).toBeDefined();
    const again = await Promise.all(
      items.map(async (item, index) => {
        const wasStored = results[index]?.status === stored.status;
        return wasStored ? inbox.put(item) : 'duplicate';
      }),
    );
    expect(again.filter((result) => result !== 'duplicate')).toEqual([]);
  });

  test(`${name} stands still: calls end in time, and all goes on`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    const worker = startWorker(inbox);
    await inbox.put(newItem());
    await expect.poll(() => worker.items.length).toBe(1);
    server.signal('SIGSTOP');
    await expectAllFail(inbox);
    const failures = await Promise.all(
      Array.from({ length: 300 }, () => expectFailure(() => inbox.put(newItem()))),
    );
    expect(failures[0]?.message).toMatch(/did not answer|timeout|timed out/i);
    server.signal('SIGCONT');
    const item = newItem();
    await expect.poll(() => inbox.put(item).catch(String)).toMatch(/stored|duplicate/);
    await expect.poll(() => worker.items.some(({ key }) => key === item.key)).toBe(true);
  });

  test(`${name} stands still while a handler ends: its outcome is stored when it can be`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.put(newItem());
    const worker = startWorker(inbox, async () => {
      server.signal('SIGSTOP');
      setTimeout(() => server.signal('SIGCONT'), 3_000);
      return { kind: 'retry', after: 60_000, error: 'failed' };
    });
    await expect.poll(() => worker.items.length).toBe(1);
    await sleep(3_500);
    await expect
      .poll(() => inbox.health().catch(String))
      .toEqual({ waiting: 1, oldestDue: 0, deadLetters: 0 });
    await sleep(1_000);
    expect(worker.items).toHaveLength(1);
    expect(worker.items[0]?.signal.aborted).toBe(false);
  });

  test(`${name} is killed while a handler ends: its outcome is stored when it is back`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.put(newItem());
    const worker = startWorker(inbox, async () => {
      await server.kill();
      setTimeout(() => void server.restart(), 1_000);
      return { kind: 'done' };
    });
    await expect.poll(() => inbox.health().catch(String)).toMatchObject({ waiting: 0 });
    expect(worker.items).toHaveLength(1);
  });

  test(`${name} stands still for longer than a lease: the signal aborts`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.put(newItem());
    let aborted = 0;
    const worker = startWorker(
      inbox,
      ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = performance.now();
            resolve({ kind: 'done' });
          }),
        ),
      { lease: 2_000 },
    );
    await expect.poll(() => worker.items.length).toBe(1);
    const stoppedAt = performance.now();
    server.signal('SIGSTOP');
    await expect.poll(() => aborted).toBeGreaterThan(0);
    expect(aborted - stoppedAt).toBeLessThan(2_500);
    server.signal('SIGCONT');
  });

  test(`${name} is gone: a worker stops and an inbox closes in time`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.put(newItem());
    const worker = startWorker(inbox, () => new Promise<never>(() => {}));
    await expect.poll(() => worker.items.length).toBe(1);
    server.signal('SIGSTOP');
    const startedAt = performance.now();
    await worker.stop({ deadline: 500 });
    await inbox.close();
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });

  test(`an address without ${name}: calls end in time`, async () => {
    const port = await findFreePort();
    const scheme = name === 'Redis' ? 'redis' : 'postgres';
    const inbox = openInbox({ connection: `${scheme}://user:secret@127.0.0.1:${port}/1` });
    const failure = await expectFailure(() => inbox.put(newItem()));
    expect(failure.message).toContain(`127.0.0.1:${port}`);
    expect(failure.message).not.toContain('secret');
  });

  test(`too many events on their way to ${name} are refused`, async () => {
    const server = await start();
    const inbox = openInbox({ connection: server.url });
    await inbox.ready();
    server.signal('SIGSTOP');
    const codes = await Promise.all(
      Array.from({ length: 1_034 }, () => inbox.put(newItem()).catch((error) => error.code as string)),
    );
    expect(codes.filter((code) => code === 'inbox-overloaded')).toHaveLength(10);
    expect(codes.filter((code) => code === 'inbox-unreachable')).toHaveLength(1_024);
    server.signal('SIGCONT');
    await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
  });
}

redisTest(
  'Redis is out of memory: new events are refused, and stored ones are handled once it has room',
  async () => {
    const { url, admin } = await startRedis();
    const inbox = openInbox({ connection: url });
    await inbox.put(newItem());
    await admin.config('SET', 'maxmemory', '1mb');
    const failure = await expectFailure(() => inbox.put(newItem()), { code: 'inbox-full' });
    expect(failure.message).toMatch(/maxmemory/);
    expect(await inbox.health()).toMatchObject({ waiting: 1 });
    const worker = startWorker(inbox);
    await expect.poll(() => worker.troubles.map(String).join()).toMatch(/OOM/);
    expect(worker.items).toEqual([]);
    await admin.config('SET', 'maxmemory', '0');
    await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
    await expect.poll(() => worker.items.length).toBe(2);
  },
);

redisTest('Redis is out of memory while a handler ends: its outcome is stored all the same', async () => {
  const { url, admin } = await startRedis();
  const inbox = openInbox({ connection: url });
  await inbox.put(newItem());
  const worker = startWorker(inbox, async () => {
    await admin.config('SET', 'maxmemory', '1mb');
    return { kind: 'done' };
  });
  await expect.poll(() => worker.items.length).toBe(1);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
});
