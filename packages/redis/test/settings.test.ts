import { expect, vi } from 'vitest';
import { claim, openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startRedis } from './support/start-redis.js';

function recordLines() {
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
  };
  return { lines, logger: { warn: log, error: log } };
}

test('eviction is warned of, once', async () => {
  const { url } = await startRedis('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
  const { lines, logger } = recordLines();
  const store = openStore({ connection: url, logger });
  await Promise.all(Array.from({ length: 20 }, (_, index) => claim(store, String(index))));
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]).toMatch(/store-evicts.*allkeys-lru.*noeviction/);
  await claim(store, 'more');
  await claim(store, 'and more');
  expect(lines).toHaveLength(1);
});

test.each([
  ['noeviction', ['--maxmemory', '100mb', '--maxmemory-policy', 'noeviction']],
  ['no limit', ['--maxmemory', '0', '--maxmemory-policy', 'allkeys-lru']],
])('%s: nothing is said', async (_name, args) => {
  const { url, admin } = await startRedis(...args);
  const { lines, logger } = recordLines();
  const store = openStore({ connection: url, logger });
  await admin.config('RESETSTAT');
  await claim(store, 'a');
  await expect.poll(() => admin.info('commandstats')).toMatch(/cmdstat_info:calls=[2-9]/);
  await claim(store, 'b');
  expect(lines).toEqual([]);
});

test('by default it is said on the console', async () => {
  const { url } = await startRedis('--maxmemory', '100mb', '--maxmemory-policy', 'volatile-ttl');
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const store = openStore({ connection: url, logger: console });
  await claim(store, 'a');
  await expect.poll(() => warn.mock.calls.length).toBe(1);
  warn.mockRestore();
});
