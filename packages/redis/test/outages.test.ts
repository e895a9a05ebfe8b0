import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { claim, claimToken, complete, expectFailure, openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startProxy } from './support/start-proxy.js';
import { startRedis } from './support/start-redis.js';

test('nothing listens: every method fails in time, and says where', async () => {
  const port = await findFreePort();
  const store = openStore({ connection: `redis://127.0.0.1:${port}` });
  const failures = await Promise.all([
    expectFailure(() => claim(store, 'a')),
    expectFailure(() => store.extend('a', 't', 1)),
    expectFailure(() => store.complete('a', 't', 1)),
    expectFailure(() => store.release('a', 't')),
  ]);
  for (const { message } of failures) expect(message).toContain(`Redis at 127.0.0.1:${port}`);
});

test('it is killed and comes back: the store goes on', async () => {
  const server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
  const store = openStore({ connection: server.url });
  const token = await claimToken(store, 'a');
  await server.kill();
  await expectFailure(() => claim(store, 'b'));
  await expectFailure(() => store.complete('a', token, 60_000));
  await server.restart();
  const startedAt = performance.now();
  await expect
    .poll(() => claim(store, 'b').catch(String), { interval: 50 })
    .toMatchObject({ state: 'claimed' });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  // With an append-only file the claim has outlived the restart, and so has its token.
  expect(await claim(store, 'a')).toEqual({ state: 'busy' });
  expect(await store.complete('a', token, 60_000)).toBe(true);
});

test('a restart without files forgets: the event is claimed again, and the old claim has no power', async () => {
  const server = await startRedis('--appendonly', 'no');
  const store = openStore({ connection: server.url });
  const token = await claimToken(store, 'a');
  await server.kill();
  await server.restart();
  await expect.poll(() => claim(store, 'a').catch(String)).toMatchObject({ state: 'claimed' });
  expect(await store.complete('a', token, 60_000)).toBe(false);
});

test('it stands still: calls end in time, and what was claimed too late is given back', async () => {
  const server = await startRedis();
  const store = openStore({ connection: server.url });
  const other = openStore({ connection: server.url });
  await Promise.all([claimToken(store, 'warm-up'), claimToken(other, 'warm-up too')]);
  server.signal('SIGSTOP');
  const keys = Array.from({ length: 200 }, (_, index) => `late-${index}`);
  const failures = await Promise.all(keys.map((key) => expectFailure(() => claim(store, key))));
  expect(failures[0]?.message).toMatch(/did not answer within 1000 ms.*suspended/);
  server.signal('SIGCONT');
  // Redis runs the claims now, and right after them what takes them back.
  await expect.poll(() => claim(store, 'probe', 1).catch(String)).toMatchObject({ state: 'claimed' });
  for (const key of keys) expect(await claim(other, key)).toMatchObject({ state: 'claimed' });
});

test('it stands still for longer than a connection is kept: the store goes on', async () => {
  const server = await startRedis();
  const store = openStore({ connection: server.url });
  const token = await claimToken(store, 'a');
  server.signal('SIGSTOP');
  for (let turn = 0; turn < 7; turn++) await expectFailure(() => claim(store, `b-${turn}`));
  server.signal('SIGCONT');
  await expect.poll(() => complete(store, 'a', token).catch(String)).toBe(true);
});

test('a connection that carries nothing any more is given up, and another is made', async () => {
  const { port } = await startRedis();
  const proxy = await startProxy(port);
  const store = openStore({ connection: { host: '127.0.0.1', port: proxy.port } });
  const token = await claimToken(store, 'a');
  proxy.swallow();
  await expectFailure(() => claim(store, 'b'));
  await expect.poll(() => complete(store, 'a', token).catch(String), { timeout: 10_000 }).toBe(true);
});

test('what nobody waits for any more is not sent when Redis can be reached again', async () => {
  const { port, admin } = await startRedis();
  const proxy = await startProxy(port);
  const store = openStore({ connection: { host: '127.0.0.1', port: proxy.port }, answerWithin: 100 });
  const token = await claimToken(store, 'warm-up');
  await store.release('warm-up', token);
  proxy.cut();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => expectFailure(() => claim(store, `late-${index}`))),
  );
  proxy.mend();
  await expect.poll(() => claim(store, 'a').catch(String)).toMatchObject({ state: 'claimed' });
  expect(await admin.keys('*')).toEqual(['fic-webhooks:a']);
});

test('something that is no Redis takes connections and says nothing', async () => {
  const sockets = new Set<{ destroy(): void }>();
  const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const store = openStore({ connection: { host: '127.0.0.1', port }, answerWithin: 300 });
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      expectFailure(() => claim(store, String(index)), { within: 800 }),
    ),
  );
});

test('something that is no Redis answers in another language', async () => {
  const web = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  onTestFinished(() => {
    web.close();
  });
  const { port } = web.address() as AddressInfo;
  await expectFailure(() => claim(openStore({ connection: { host: '127.0.0.1', port } }), 'a'));
});

test('a client that is given is bound by the same time', async () => {
  const server = await startRedis();
  const client = new Redis(server.port, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  const store = openStore({ connection: client });
  const token = await claimToken(store, 'a');
  server.signal('SIGSTOP');
  await expectFailure(() => claim(store, 'b'));
  server.signal('SIGCONT');
  await expect.poll(() => claim(store, 'b').catch(String)).toMatchObject({ state: 'claimed' });
  await server.kill();
  await expectFailure(() => claim(store, 'c'));
  await server.restart();
  await expect.poll(() => claim(store, 'c').catch(String)).toMatchObject({ state: 'claimed' });
  expect(await store.complete('a', token, 60_000)).toBe(false);
});

test('a burst while it is away adds no listeners, and every call ends', async () => {
  const port = await findFreePort();
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => {
    process.off('warning', note);
  });
  const store = openStore({ connection: { host: '127.0.0.1', port }, answerWithin: 200 });
  const calls = Array.from({ length: 1_000 }, (_, index) => expectFailure(() => claim(store, String(index))));
  await Promise.all(calls);
  await sleep(50);
  expect(warnings).toEqual([]);
});
