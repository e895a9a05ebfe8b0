import { expect } from 'vitest';
import { expectFailure, newItem, openInbox, startWorker } from './support/open-inbox.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { durable, startRedis } from './support/start-redis.js';

const notDurable = { code: 'inbox-not-durable' };

redisTest.for([
  { setting: 'appendonly', found: 'no', wanted: 'yes', args: ['--appendonly', 'no'] },
  {
    setting: 'appendfsync',
    found: 'everysec',
    wanted: 'always',
    args: ['--appendonly', 'yes', '--appendfsync', 'everysec'],
  },
  {
    setting: 'maxmemory-policy',
    found: 'allkeys-lru',
    wanted: 'noeviction',
    args: [...durable, '--maxmemory-policy', 'allkeys-lru'],
  },
  {
    setting: 'no-appendfsync-on-rewrite',
    found: 'yes',
    wanted: 'no',
    args: [...durable, '--no-appendfsync-on-rewrite', 'yes'],
  },
])('Redis with $setting $found is refused', async ({ setting, found, wanted, args }) => {
  const { url } = await startRedis(args);
  const inbox = openInbox({ connection: url });
  const failure = await expectFailure(() => inbox.ready(), notDurable);
  expect(failure.message).toContain(`${setting} = ${found}`);
  expect(failure.message).toContain(`CONFIG SET ${setting} ${wanted}`);
  await expectFailure(() => inbox.put(newItem()), notDurable);
  await expectFailure(() => inbox.deadLetters.list(), notDurable);
  await expectFailure(() => inbox.health(), notDurable);
  const worker = startWorker(inbox);
  await expect.poll(() => worker.troubles[0]).toMatchObject(notDurable);
  const relaxed = openInbox({ connection: url, durability: 'relaxed' });
  await relaxed.ready();
  expect(await relaxed.put(newItem())).toBe('stored');
});

redisTest('Redis whose settings are mended is taken without a restart', async () => {
  const { url, admin } = await startRedis([]);
  const inbox = openInbox({ connection: url });
  await expectFailure(() => inbox.ready(), notDurable);
  await admin.config('SET', 'appendonly', 'yes');
  await admin.config('SET', 'appendfsync', 'always');
  await expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored');
});

redisTest.for([
  { name: 'at once', saving: false },
  { name: 'after a save that is going on', saving: true },
])('Redis that is told to keep a log is waited for until it is whole: $name', async ({ saving }) => {
  const { url, admin } = await startRedis(['--appendfsync', 'always']);
  await admin.mset(Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`key-${index}`, 'value'])));
  // Microseconds for each of the keys, for a rewrite as for a save.
  await admin.config('SET', 'rdb-key-save-delay', '1000000');
  if (saving) await admin.bgsave();
  await admin.config('SET', 'appendonly', 'yes');
  const inbox = openInbox({ connection: url });
  const failure = await expectFailure(() => inbox.put(newItem()));
  expect(failure.message).toContain('is writing its log (appendonly) for the first time');
  await inbox.ready();
  await expect.poll(() => inbox.put(newItem()).catch(String), { timeout: 30_000 }).toBe('stored');
  expect(await admin.info('persistence')).toContain('aof_rewrite_in_progress:0');
  // Each later one goes on beside a log that is whole.
  await admin.bgrewriteaof();
  expect(await openInbox({ connection: url }).put(newItem())).toBe('stored');
  expect(await admin.info('persistence')).toContain('aof_rewrite_in_progress:1');
});

redisTest('Redis that comes back with other settings is refused', async () => {
  const { url, admin, kill, restart } = await startRedis(['--appendonly', 'yes']);
  await admin.config('SET', 'appendfsync', 'always');
  const inbox = openInbox({ connection: url });
  expect(await inbox.put(newItem())).toBe('stored');
  await kill();
  await restart();
  await expect.poll(() => inbox.put(newItem()).catch((error) => error.code)).toBe('inbox-not-durable');
});

redisTest('Redis that does not tell its settings is refused, with both cures', async () => {
  const { url, admin } = await startRedis();
  await admin.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-config');
  const connection = url.replace('//', '//app:secret@');
  const inbox = openInbox({ connection });
  const failure = await expectFailure(() => inbox.ready(), notDurable);
  expect(failure.message).toContain('+config|get');
  expect(failure.message).toContain("durability: 'relaxed'");
  expect(failure.message).not.toContain('secret');
  expect(await openInbox({ connection, durability: 'relaxed' }).put(newItem())).toBe('stored');
});

redisTest('Redis that refuses the user is told so', async () => {
  const { url } = await startRedis([...durable, '--requirepass', 'secret']);
  const inbox = openInbox({ connection: url });
  const failure = await expectFailure(() => inbox.put(newItem()));
  expect(failure.message).toMatch(/refuses the user/);
  expect(await openInbox({ connection: url.replace('//', '//:secret@') }).put(newItem())).toBe('stored');
});

postgresTest.for(['fsync', 'synchronous_commit', 'full_page_writes'])(
  'PostgreSQL with %s off is refused',
  async (setting) => {
    const { url, admin } = await startPostgres([]);
    await openInbox({ connection: url }).ready();
    await admin.query(`ALTER SYSTEM SET ${setting} = off`);
    await admin.query('SELECT pg_reload_conf()');
    const inbox = openInbox({ connection: url });
    const failure = await expect
      .poll(() => inbox.ready().catch((error: Error) => error))
      .toMatchObject(notDurable)
      .then(() => expectFailure(() => inbox.put(newItem()), notDurable));
    expect(failure.message).toContain(`${setting} = off`);
    expect(failure.message).toContain(`ALTER SYSTEM SET ${setting} = on`);
    expect(await openInbox({ connection: url, durability: 'relaxed' }).put(newItem())).toBe('stored');
  },
);

postgresTest('PostgreSQL whose user has synchronous_commit off is refused', async () => {
  const { url, admin } = await startPostgres();
  await admin.query('CREATE ROLE app LOGIN SUPERUSER');
  await admin.query('ALTER ROLE app SET synchronous_commit = off');
  const inbox = openInbox({ connection: url.replace('postgres@', 'app@') });
  await expectFailure(() => inbox.ready(), notDurable);
});

postgresTest('a table of BullMQ that is UNLOGGED is refused', async () => {
  const { url, admin } = await startPostgres();
  await openInbox({ connection: url }).ready();
  await admin.query('ALTER TABLE bullmq.dedup SET UNLOGGED');
  const failure = await expectFailure(() => openInbox({ connection: url }).ready(), notDurable);
  expect(failure.message).toContain('ALTER TABLE bullmq.dedup SET LOGGED');
});
