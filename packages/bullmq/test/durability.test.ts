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
