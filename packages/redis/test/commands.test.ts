import { Redis } from 'ioredis';
import { afterEach, expect, onTestFinished, vi } from 'vitest';
import { claim, claimToken, expectFailure, openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startProxy } from './support/start-proxy.js';
import { startRedis } from './support/start-redis.js';

afterEach(() => {
  vi.useRealTimers();
});

/** How often each command was sent by clients, the store's own settings check left out. */
async function countCommands(admin: Redis): Promise<Record<string, number>> {
  const stats = await admin.info('commandstats');
  const counts = [...stats.matchAll(/^cmdstat_(evalsha|eval):calls=(\d+)/gm)];
  return Object.fromEntries(counts.map(([, name, calls]) => [name, Number(calls)]));
}

test('each method takes one command, once Redis knows the scripts', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url });
  const useAll = async (key: string) => {
    const token = await claimToken(store, `${key}:1`);
    expect(await store.extend(`${key}:1`, token, 60_000)).toBe(true);
    expect(await store.complete(`${key}:1`, token, 60_000)).toBe(true);
    const other = await claimToken(store, `${key}:2`);
    expect(await store.release(`${key}:2`, other)).toBe(true);
  };
  await useAll('first');
  await admin.config('RESETSTAT');
  await useAll('second');
  expect(await countCommands(admin)).toEqual({ evalsha: 5 });
});

test('scripts that Redis has forgotten are sent again', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url });
  const token = await claimToken(store, 'a');
  await admin.script('FLUSH');
  expect(await claim(store, 'a')).toEqual({ state: 'busy' });
  await admin.script('FLUSH');
  expect(await store.complete('a', token, 60_000)).toBe(true);
  expect(await claim(store, 'a')).toEqual({ state: 'done', fingerprint: 'f' });
});

test('leases go by the clock of Redis, whatever the clock of the process', async () => {
  const { url } = await startRedis();
  const store = openStore({ connection: url });
  const past = openStore({ connection: url });
  const token = await claimToken(store, 'a', 500);
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() + 365 * 24 * 60 * 60 * 1000 });
  expect(await claim(past, 'a')).toEqual({ state: 'busy' });
  expect(await store.extend('a', token, 500)).toBe(true);
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 0 });
  const startedAt = process.hrtime.bigint();
  await expect.poll(() => claim(past, 'a'), { interval: 20 }).toMatchObject({ state: 'claimed' });
  expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(2_000);
});

test('every key ends by itself, also that of a claim whose process died', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url, prefix: 'mine:' });
  await claimToken(store, 'a', 15_000);
  await store.complete('b', await claimToken(store, 'b'), 86_400_000);
  expect((await admin.keys('*')).sort()).toEqual(['mine:a', 'mine:b']);
  const hour = 60 * 60 * 1000;
  expect(await admin.pttl('mine:a')).toBeGreaterThan(hour);
  expect(await admin.pttl('mine:a')).toBeLessThanOrEqual(hour + 15_000);
  expect(await admin.pttl('mine:b')).toBeGreaterThan(86_300_000);
  expect(await admin.hgetall('mine:a')).toEqual({
    fingerprint: 'f',
    owner: 'test',
    token: expect.any(String),
  });
  expect(await admin.hgetall('mine:b')).toEqual({ fingerprint: 'f' });
});

test('a run that took longer than its lease can still be completed, while nobody else has claimed it', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url });
  const token = await claimToken(store, 'a', 1);
  await expect.poll(() => admin.pttl('fic-webhooks:a')).toBeLessThanOrEqual(60 * 60 * 1000);
  expect(await store.complete('a', token, 60_000)).toBe(true);
  expect(await claim(store, 'a')).toEqual({ state: 'done', fingerprint: 'f' });
});

test('spans may have fractions', async () => {
  const { url } = await startRedis();
  const store = openStore({ connection: url });
  const token = await claimToken(store, 'a', 15_000.25);
  expect(await store.extend('a', token, 15_000.75)).toBe(true);
  expect(await store.complete('a', token, 86_400_000.5)).toBe(true);
});

test('a claim that the client sends twice is one claim', async () => {
  const { port } = await startRedis();
  const proxy = await startProxy(port);
  // With the defaults of ioredis, as an application may have them: what is not answered is sent again after a reconnect.
  const client = new Redis(proxy.port);
  onTestFinished(() => client.disconnect());
  const store = openStore({ connection: client });
  await claimToken(store, 'warm-up');
  proxy.loseNextAnswer();
  const token = await claimToken(store, 'a');
  expect(await claim(store, 'a')).toEqual({ state: 'busy' });
  expect(await store.complete('a', token, 60_000)).toBe(true);
});

test('a claim whose answer was lost is given back', async () => {
  const { port } = await startRedis();
  const proxy = await startProxy(port);
  const store = openStore({ connection: { host: '127.0.0.1', port: proxy.port } });
  const other = openStore({ connection: { host: '127.0.0.1', port } });
  await claimToken(store, 'warm-up');
  proxy.loseNextAnswer();
  await expectFailure(() => claim(store, 'a'), { within: 500 });
  await expect.poll(() => claim(other, 'a'), { timeout: 3_000 }).toMatchObject({ state: 'claimed' });
});
