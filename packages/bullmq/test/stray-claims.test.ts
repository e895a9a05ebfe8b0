import { expect, onTestFinished } from 'vitest';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startRedis } from './support/start-redis.js';

/** Milliseconds: a claim that nobody renews has this long. Two looks for strays come before its end. */
const lease = 15_000;

postgresTest(
  'PostgreSQL: an event that was claimed after the worker had given up asking is no crash',
  { timeout: 60_000 },
  async () => {
    const { url, admin } = await startPostgres();
    const inbox = openInbox({ connection: url });
    for (let count = 0; count < 3; count++) await inbox.put(newItem());
    const holder = await admin.connect();
    onTestFinished(() => holder.release());
    await holder.query('BEGIN; LOCK TABLE bullmq.job IN EXCLUSIVE MODE');
    const worker = startWorker(inbox, undefined, { lease });
    // The server goes on with what the worker has given up, and claims an event for it, as often as it was asked.
    const asked = `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE query LIKE '%move_to_active%' AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await admin.query(asked)).rows[0].count).toBeGreaterThan(1);
    await holder.query('COMMIT');
    await expect.poll(() => worker.items.length, { timeout: 30_000 }).toBe(3);
    expect(worker.items.map(({ crashes }) => crashes)).toEqual([0, 0, 0]);
    await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0 });
  },
);

redisTest('Redis: a claim whose answer was lost is given back before its lease ends', async () => {
  const { url, admin } = await startRedis();
  const inbox = openInbox({ connection: url });
  const first = newItem();
  await inbox.put(first);
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const worker = startWorker(
    inbox,
    async () => {
      await held;
      return { kind: 'done' };
    },
    { concurrency: 1, lease },
  );
  await expect.poll(() => worker.items.length).toBe(1);
  const key = (name: string) => `bull:fic-webhooks:${name}`;
  const [busy = ''] = await admin.lrange(key('active'), 0, -1);
  const [workerId = ''] = (await admin.get(key(`${busy}:lock`)))?.split(':') ?? [];
  await inbox.put(newItem());
  // What BullMQ does to claim it, without the worker hearing of it.
  const lost = (await admin.lmove(key('wait'), key('active'), 'RIGHT', 'LEFT')) ?? '';
  await admin.set(key(`${lost}:lock`), `${workerId}:99`, 'PX', lease);
  await expect.poll(() => admin.lrange(key('wait'), 0, -1), { timeout: lease }).toEqual([lost]);
  expect(await admin.lrange(key('active'), 0, -1)).toEqual([busy]);
  finish();
  await expect.poll(() => worker.items.length).toBe(2);
  expect(worker.items[1]).toMatchObject({ attempt: 1, crashes: 0 });
});
