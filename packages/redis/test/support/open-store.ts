import type { ClaimResult, IdempotencyStore } from '@fic-webhooks/core';
import { expect, onTestFinished } from 'vitest';
import { type RedisStoreOptions, redisStore } from '../../src/index.js';

/** A store that is closed at the end of the test. */
export function openStore(options: RedisStoreOptions): IdempotencyStore {
  const store = redisStore({ logger: false, ...options });
  onTestFinished(() => store.close?.());
  return store;
}

/** Claims a key as this test. */
export async function claim(store: IdempotencyStore, key: string, lease = 60_000): Promise<ClaimResult> {
  return store.claim(key, { owner: 'test', lease, fingerprint: 'f' });
}

/** Completes a claim. */
export async function complete(store: IdempotencyStore, key: string, token: string): Promise<boolean> {
  return store.complete(key, token, 60_000);
}

/** The token of a claim that must succeed. */
export async function claimToken(store: IdempotencyStore, key: string, lease?: number): Promise<string> {
  const result = await claim(store, key, lease);
  if (result.state !== 'claimed')
    throw new Error(`Expected the key to be free; got ${JSON.stringify(result)}.`);
  return result.token;
}

/** Expects a coded error, within a time, and gives it. */
export async function expectFailure(
  action: () => unknown,
  { code = 'store-unreachable', within = 1_500 }: { code?: string; within?: number } = {},
): Promise<Error> {
  const startedAt = performance.now();
  const error: unknown = await Promise.resolve(action()).then(
    (value) => {
      throw new Error(`It was expected to fail, and gave ${JSON.stringify(value)}.`);
    },
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  expect(performance.now() - startedAt).toBeLessThan(within);
  return error as Error;
}
