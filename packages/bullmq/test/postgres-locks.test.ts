import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';
import { postgresTest as test } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';

/** Milliseconds. Claims are renewed three times in it. */
const lease = 2_400;

async function connect(admin: pg.Pool) {
  const client = await admin.connect();
  onTestFinished(() => client.release());
  return client;
}

// BullMQ's look for dead processes changes all jobs that are active, in an order of its own. It would wait for a job that a
// renewal has, and the renewal for one of its: PostgreSQL ends one of the two after a second, and all others wait as long.
test('a renewal holds no job while it waits for another', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url });
  const items = [newItem(), newItem(), newItem()];
  for (const item of items) await inbox.put(item);
  const worker = startWorker(inbox, () => new Promise(() => {}), { lease });
  await expect.poll(() => worker.items.length).toBe(3);
  // That look itself holds jobs while it waits for others. It is not due for a long time.
  await admin.query(`INSERT INTO bullmq.meta VALUES ('fic-webhooks', 'stalled-check', '9999999999999')
    ON CONFLICT (queue, field) DO UPDATE SET value = EXCLUDED.value`);
  const client = await connect(admin);
  const { rows: jobs } = await client.query<{ id: string }>('SELECT id FROM bullmq.job ORDER BY id');
  const lock = (id = '') => client.query('SELECT id FROM bullmq.job WHERE id = $1 FOR UPDATE', [id]);
  await client.query("SET lock_timeout = '200ms'");
  // Each of them once: one is the last that a renewal would come to.
  for (const { id: first } of jobs) {
    await client.query('BEGIN');
    await lock(first);
    await pause(lease / 3 + 100);
    for (const { id } of jobs) if (id !== first) await lock(id);
    await client.query('COMMIT');
    await pause(lease / 3);
  }
  expect(worker.items.map(({ signal }) => signal.aborted)).toEqual([false, false, false]);
});

test('the end of a job waits for no other job that is completed', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url, keepCompleted: 1 });
  startWorker(inbox);
  await inbox.put(newItem());
  await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0 });
  const client = await connect(admin);
  await client.query('BEGIN');
  await client.query("SELECT id FROM bullmq.job WHERE state = 'completed' FOR UPDATE");
  await pause(1_100);
  await inbox.put(newItem());
  await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0 });
});

test('what is completed is cleared away when its time is over, and not before', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url, keepCompleted: 1_500 });
  const worker = startWorker(inbox);
  const item = newItem();
  await inbox.put(item);
  const completedAt = async () => {
    const { rows } = await admin.query(
      "SELECT finished_at_ms AS at FROM bullmq.job WHERE state = 'completed'",
    );
    return rows.map(({ at }) => Number(at));
  };
  await expect.poll(completedAt).toHaveLength(1);
  const [at = 0] = await completedAt();
  await expect.poll(completedAt, { interval: 20 }).toHaveLength(0);
  expect(Date.now() - at).toBeGreaterThan(1_500);
  expect(await inbox.put(item)).toBe('duplicate');
  expect(worker.troubles).toEqual([]);
});

test('what is given back at the end stays completed, if its completion is committed just then', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url });
  await inbox.put(newItem());
  const worker = startWorker(inbox, () => new Promise(() => {}));
  await expect.poll(() => worker.items.length).toBe(1);
  const client = await connect(admin);
  await client.query('BEGIN');
  // As BullMQ ends a job.
  await client.query("UPDATE bullmq.job SET state = 'completed', lock_token = NULL, finished_at_ms = 1");
  const stopping = worker.stop({ deadline: 0 });
  // It asks for the row, and waits.
  const waits =
    "SELECT count(*)::int AS waits FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'";
  await expect.poll(async () => (await admin.query(waits)).rows).toEqual([{ waits: 1 }]);
  await client.query('COMMIT');
  await stopping;
  expect((await admin.query('SELECT state FROM bullmq.job')).rows).toEqual([{ state: 'completed' }]);
});
