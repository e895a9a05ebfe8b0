import { setTimeout as sleep } from 'node:timers/promises';
import { memoryStore } from '@fic-webhooks/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffled } from './shuffled.js';

// The store of one process: its claimers are not processes, but what goes on at once in one.
test('memoryStore: of many claimers in one process exactly one gets each key', async () => {
  const seed = 20_260_702;
  const store = memoryStore();
  const keys = Array.from({ length: 3_000 }, (_, index) => `key-${index}`);
  const pauses = fc.sample(fc.integer({ min: 0, max: 3 }), { seed, numRuns: 97 });
  const claimers = Array.from({ length: 8 }, async (_, claimer) => {
    const won = new Map<string, string>();
    for (const [index, key] of shuffled(keys, seed + claimer).entries()) {
      if (index % 50 === 0) await sleep(pauses[(index + claimer) % pauses.length]);
      const result = await store.claim(key, { owner: String(claimer), lease: 600_000, fingerprint: 'f' });
      expect(result.state, `seed ${seed}`).not.toBe('done');
      if (result.state === 'claimed') won.set(key, result.token);
    }
    return won;
  });
  const wins = await Promise.all(claimers);
  for (const key of keys) expect(wins.filter((won) => won.has(key))).toHaveLength(1);
  expect(Math.min(...wins.map(({ size }) => size))).toBeGreaterThan(100);
  // Nobody's token is good for the claim of another one.
  for (const [key, token] of wins[0] ?? []) {
    expect(await store.complete(key, `${token}-other`, 1)).toBe(false);
    expect(await store.complete(key, token, 600_000)).toBe(true);
  }
});
