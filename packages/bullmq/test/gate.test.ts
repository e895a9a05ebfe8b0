import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { Engine } from '../src/engine.js';
import { Gate } from '../src/gate.js';
import { PostgresEngine } from '../src/postgres/postgres-engine.js';
import { RedisEngine } from '../src/redis/redis-engine.js';
import { resolveOptions } from '../src/resolve-options.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startRedis } from './support/start-redis.js';

// A gate that looks again soon, rather than every minute.
const looks = { second: 100, next: 100 };

function openGate(connection: string) {
  const resolved = resolveOptions({ connection });
  const engine: Engine =
    resolved.backend === 'redis' ? new RedisEngine(resolved) : new PostgresEngine(resolved);
  const gate = new Gate(engine, looks);
  onTestFinished(async () => {
    await gate.queue?.close();
    await engine.close();
  });
  const enter = async () => {
    try {
      await gate.enter();
      return 'entered';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  return { gate, enter };
}

/** Enters many times, with pauses after which the gate looks again, and gives what came of it. */
async function enterOften(enter: () => Promise<unknown>): Promise<readonly unknown[]> {
  const outcomes = new Set<unknown>();
  for (let turn = 0; turn < 10; turn++) {
    outcomes.add(await enter());
    await sleep(150);
  }
  return [...outcomes];
}

redisTest('Redis whose settings are changed under way is refused until they are mended', async () => {
  const { url, admin } = await startRedis();
  const { enter } = openGate(url);
  expect(await enter()).toBe('entered');
  await admin.config('SET', 'appendfsync', 'everysec');
  await expect.poll(enter).toBe('inbox-not-durable');
  expect(await enterOften(enter)).toEqual(['inbox-not-durable']);
  await admin.config('SET', 'appendfsync', 'always');
  await expect.poll(enter).toBe('entered');
  expect(await enterOften(enter)).toEqual(['entered']);
});

postgresTest('PostgreSQL whose settings are changed under way is refused until they are mended', async () => {
  const { url, admin } = await startPostgres();
  const { enter } = openGate(url);
  expect(await enter()).toBe('entered');
  await admin.query('ALTER SYSTEM SET synchronous_commit = off');
  await admin.query('SELECT pg_reload_conf()');
  await expect.poll(enter).toBe('inbox-not-durable');
  expect(await enterOften(enter)).toEqual(['inbox-not-durable']);
  await admin.query('ALTER SYSTEM RESET synchronous_commit');
  await admin.query('SELECT pg_reload_conf()');
  await expect.poll(enter).toBe('entered');
});

redisTest('a clock that is set back keeps no store refused that is mended', async () => {
  const { url, admin } = await startRedis(['--appendonly', 'yes']);
  const { enter } = openGate(url);
  expect(await enter()).toBe('inbox-not-durable');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  await admin.config('SET', 'appendfsync', 'always');
  await expect.poll(enter).toBe('entered');
});
