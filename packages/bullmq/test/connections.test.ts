import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { lockKeyQuery } from '../src/postgres/postgres-queries.js';
import { expectFailure, newItem, openInbox, startWorker } from './support/open-inbox.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startProxy } from './support/start-proxy.js';
import { startRedis } from './support/start-redis.js';

redisTest('a client of ioredis tells where Redis is, and stays as it is', async () => {
  const { port, admin } = await startRedis();
  const client = new Redis(port, { maxRetriesPerRequest: 7 });
  onTestFinished(() => client.disconnect());
  const inbox = openInbox({ connection: client });
  const worker = startWorker(inbox);
  expect(await inbox.put(newItem())).toBe('stored');
  await expect.poll(() => worker.items.length).toBe(1);
  await worker.stop({ deadline: 1_000 });
  await inbox.close();
  expect(await client.ping()).toBe('PONG');
  expect(client.options.maxRetriesPerRequest).toBe(7);
  // The connections of the inbox are gone: the client and the one that asks are left.
  await expect
    .poll(
      async () =>
        String(await admin.client('LIST'))
          .trim()
          .split('\n').length,
    )
    .toBe(2);
});

redisTest('a client that gives up at once is connected again', async () => {
  const { port, kill, restart } = await startRedis();
  const client = new Redis(port, { retryStrategy: () => null });
  onTestFinished(() => client.disconnect());
  const inbox = openInbox({ connection: client });
  expect(await inbox.put(newItem())).toBe('stored');
  await kill();
  await expectFailure(() => inbox.put(newItem()));
  await restart();
  await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
});

redisTest('options of ioredis, a database and a prefix of its own', async () => {
  const { port, admin } = await startRedis();
  const inbox = openInbox({ connection: { host: '127.0.0.1', port, db: 3 }, prefix: 'app', queue: 'events' });
  await inbox.put(newItem());
  expect(await admin.dbsize()).toBe(0);
  await admin.select(3);
  expect(await admin.keys('*')).toEqual(expect.arrayContaining(['app:events:wait', 'app:events:meta']));
  expect((await admin.keys('*')).filter((key) => !key.startsWith('app:events:'))).toEqual([]);
});

postgresTest('a pool is used as it is, and not ended', async () => {
  const { url } = await startPostgres();
  const pool = new pg.Pool({ connectionString: url, options: '-c search_path=bullmq,public' });
  onTestFinished(() => pool.end());
  const inbox = openInbox({ connection: pool });
  const worker = startWorker(inbox);
  expect(await inbox.put(newItem())).toBe('stored');
  await expect.poll(() => worker.items.length).toBe(1);
  await worker.stop({ deadline: 1_000 });
  await inbox.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

postgresTest(
  'a pool whose connections carry nothing any more is used again',
  { timeout: 60_000 },
  async () => {
    const { url } = await startPostgres();
    const proxy = await startProxy(Number(new URL(url).port));
    const connectionString = url.replace(new URL(url).host, `127.0.0.1:${proxy.port}`);
    const pool = new pg.Pool({ connectionString, options: '-c search_path=bullmq', max: 3 });
    pool.on('error', () => {});
    const inbox = openInbox({ connection: pool });
    const worker = startWorker(inbox);
    expect(await inbox.put(newItem())).toBe('stored');
    await expect.poll(() => worker.items.length).toBe(1);
    // All that the pool may have: a new one would carry what the next event needs.
    await Promise.all(Array.from({ length: 3 }, () => pool.query('SELECT 1')));
    expect(pool.totalCount).toBe(3);
    proxy.swallow();
    await expectFailure(() => inbox.put(newItem()));
    const item = newItem();
    await expect.poll(() => inbox.put(item).catch(String), { timeout: 30_000 }).toBe('stored');
    await expect.poll(() => worker.items.map(({ key }) => key), { timeout: 30_000 }).toContain(item.key);
  },
);

postgresTest('PostgreSQL dies under a pool that was used before: the process lives on', async () => {
  const { url, admin, kill, restart } = await startPostgres();
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', note);
  onTestFinished(() => void process.off('uncaughtExceptionMonitor', note));
  const pool = new pg.Pool({ connectionString: url, options: '-c search_path=bullmq', max: 1 });
  pool.on('error', () => {});
  onTestFinished(() => pool.end());
  await pool.query('SELECT 1');
  const inbox = openInbox({ connection: pool });
  await inbox.ready();
  // Somebody else is at the same event, so that the inbox holds its connection nearly all the time.
  const letter = newItem();
  const other = await admin.connect();
  other.on('error', () => {});
  onTestFinished(() => other.release(true));
  await other.query('BEGIN');
  await other.query(lockKeyQuery, ['fic-webhooks', letter.key]);
  let killed = false;
  const burying = (async () => {
    while (!killed) await inbox.bury({ ...letter, reason: 'unreadable', error: 'x' }).catch(() => {});
  })();
  const waiting = () => admin.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'`);
  await expect.poll(async () => (await waiting()).rowCount).toBeGreaterThan(0);
  await kill();
  killed = true;
  await burying;
  await restart();
  await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
  expect(uncaught).toEqual([]);
});

postgresTest('a connection of a pool comes back with the listeners that it had', async () => {
  const { url } = await startPostgres();
  const pool = new pg.Pool({ connectionString: url, options: '-c search_path=bullmq', max: 1 });
  onTestFinished(() => pool.end());
  const inbox = openInbox({ connection: pool });
  for (let turn = 0; turn < 3; turn++) await inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' });
  const client = await pool.connect();
  const listeners = client.listenerCount('error');
  client.release();
  expect(listeners).toBe(0);
});

postgresTest('a pool that has no connection left says so, and what helps', async () => {
  const { url } = await startPostgres();
  const pool = new pg.Pool({ connectionString: url, options: '-c search_path=bullmq', max: 1 });
  onTestFinished(() => pool.end());
  const taken = await pool.connect();
  // Less than the inbox gives an event.
  pool.options.connectionTimeoutMillis = 300;
  const inbox = openInbox({ connection: pool });
  const failure = await expectFailure(() => inbox.put(newItem()));
  expect(failure.message).toMatch(
    /^PostgreSQL at 127\.0\.0\.1:\d+ gave no connection in time: timeout exceeded/,
  );
  expect(failure.message).toContain('more connections (max)');
  taken.release();
  await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
});

postgresTest('a pool whose search_path leads elsewhere is told so', async () => {
  const { url } = await startPostgres();
  const pool = new pg.Pool({ connectionString: url });
  onTestFinished(() => pool.end());
  const failure = await expectFailure(() => openInbox({ connection: pool }).put(newItem()));
  expect(failure.message).toContain('search_path=bullmq');
});

postgresTest('options of a pool, and a schema of its own', async () => {
  const { port, admin } = await startPostgres();
  const inbox = openInbox({
    connection: { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' },
    backend: 'postgres',
    schema: 'fic_queue',
  });
  expect(await inbox.put(newItem())).toBe('stored');
  expect((await admin.query('SELECT queue FROM fic_queue.job')).rows).toEqual([{ queue: 'fic-webhooks' }]);
});
