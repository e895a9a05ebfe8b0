import { inspect } from 'node:util';
import { expect } from 'vitest';
import { claim, claimToken, expectFailure, openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startProxy } from './support/start-proxy.js';
import { startRedis } from './support/start-redis.js';

test('out of memory: no new claims, but what runs can be extended, completed and released', async () => {
  const { url, admin } = await startRedis('--maxmemory-policy', 'noeviction');
  const store = openStore({ connection: url });
  const [first, second] = [await claimToken(store, 'a'), await claimToken(store, 'b')];
  await admin.config('SET', 'maxmemory', '1mb');
  await expect(admin.set('filler', 'x'.repeat(2_000_000))).rejects.toThrow('OOM');
  const { message } = await expectFailure(() => claim(store, 'c'), { code: 'store-full' });
  expect(message).toMatch(/out of memory.*maxmemory/s);
  expect(await store.extend('a', first, 60_000)).toBe(true);
  expect(await store.complete('a', first, 60_000)).toBe(true);
  expect(await store.release('b', second)).toBe(true);
  expect(await claim(store, 'a')).toEqual({ state: 'done', fingerprint: 'f' });
  await admin.config('SET', 'maxmemory', '0');
  expect(await claim(store, 'c')).toMatchObject({ state: 'claimed' });
});

test('a replica refuses, and works as soon as it is the primary', async () => {
  const primary = await startRedis();
  const replica = await startRedis('--replicaof', '127.0.0.1', String(primary.port));
  const store = openStore({ connection: replica.url });
  const { message } = await expectFailure(() => claim(store, 'a'));
  expect(message).toMatch(/read-only replica.*name the primary/s);
  await replica.admin.call('REPLICAOF', 'NO', 'ONE');
  await expect.poll(() => claim(store, 'a').catch(String)).toMatchObject({ state: 'claimed' });
});

test('after a failover the name of the primary leads to another machine, and the store follows', async () => {
  const primary = await startRedis();
  const old = await startRedis();
  const proxy = await startProxy(old.port);
  const store = openStore({ connection: { host: '127.0.0.1', port: proxy.port } });
  await claimToken(store, 'warm-up');
  // The old primary is demoted, and does not break its connections.
  await old.admin.call('REPLICAOF', '127.0.0.1', String(primary.port));
  proxy.redirect(primary.port);
  await expectFailure(() => claim(store, 'a'));
  await expect.poll(() => claim(store, 'a').catch(String)).toMatchObject({ state: 'claimed' });
  expect(await primary.admin.keys('*')).toContain('fic-webhooks:a');
});

test('what is done on the primary is done on its replica', async () => {
  const primary = await startRedis('--repl-diskless-sync-delay', '0');
  const replica = await startRedis('--replicaof', '127.0.0.1', String(primary.port));
  const store = openStore({ connection: primary.url });
  await store.complete('a', await claimToken(store, 'a'), 60_000);
  await claimToken(store, 'b');
  await expect.poll(() => replica.admin.keys('*')).toHaveLength(2);
  await primary.kill();
  await replica.admin.call('REPLICAOF', 'NO', 'ONE');
  const successor = openStore({ connection: replica.url });
  expect(await claim(successor, 'a')).toEqual({ state: 'done', fingerprint: 'f' });
  expect(await claim(successor, 'b')).toEqual({ state: 'busy' });
});

test.each([
  ['a text', ['SET', 'fic-webhooks:a', 'x']],
  ['a hash of somebody else', ['HSET', 'fic-webhooks:a', 'name', 'x']],
])('%s under the key is left alone', async (_what, [command = '', ...args]) => {
  const { url, admin } = await startRedis();
  await admin.call(command, ...args);
  const before = await admin.dump('fic-webhooks:a');
  const store = openStore({ connection: url });
  const { message } = await expectFailure(() => claim(store, 'a'));
  expect(message).toMatch(/something else than a claim.*prefix/s);
  expect(await admin.dump('fic-webhooks:a')).toBe(before);
  expect(await claim(store, 'b')).toMatchObject({ state: 'claimed' });
});

test('a wrong password is said without the password', async () => {
  const { port, admin } = await startRedis();
  await admin.config('SET', 'requirepass', 'the-right-one');
  for (const connection of [
    `redis://:secret-and-wrong@127.0.0.1:${port}`,
    { host: '127.0.0.1', port, password: 'secret-and-wrong' },
  ]) {
    const error = await expectFailure(() => claim(openStore({ connection, answerWithin: 300 }), 'a'));
    expect(error.message).toMatch(/refuses the user.*password/s);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret-and-wrong');
  }
  const without = await expectFailure(() =>
    claim(openStore({ connection: `redis://127.0.0.1:${port}` }), 'a'),
  );
  expect(without.message).toContain('refuses the user');
});

test('a user with the rights that the message names is enough', async () => {
  const { port, admin } = await startRedis();
  const rights = 'eval evalsha hmget hget hset hdel exists pttl pexpire del'
    .split(' ')
    .map((name) => `+${name}`);
  const base = ['SETUSER', 'fic', 'on', '>secret', '~fic-webhooks:*', '+hello', '+ping', '+info', '+client'];
  await admin.call('ACL', ...base, ...rights);
  const store = openStore({ connection: `redis://fic:secret@127.0.0.1:${port}` });
  expect(await store.complete('a', await claimToken(store, 'a'), 60_000)).toBe(true);
  expect(await store.release('b', await claimToken(store, 'b'))).toBe(true);
  await admin.call('ACL', 'SETUSER', 'fic', '-eval', '-evalsha');
  const { message } = await expectFailure(() => claim(store, 'c'));
  expect(message).toMatch(/NOPERM.*EVALSHA/s);
});
