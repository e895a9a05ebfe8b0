import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import type { ClaimRequest, ClaimResult, IdempotencyStore } from './idempotency-store.js';

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** The most keys to hold, claims and handled events together. Default 100,000. */
  maxKeys?: number;
}

interface Claim {
  readonly token: string;
  readonly fingerprint: string;
  until: number;
}

interface Done {
  readonly fingerprint: string;
  readonly until: number;
}

/**
 * An idempotency store in the memory of this process: the default. For one process; a restart forgets.
 *
 * When it is full it evicts the event handled longest ago, never a live claim. Full of live claims, a claim throws
 * `store-full`, and the answer is 503.
 *
 * @throws FicWebhooksError `option-invalid` when `maxKeys` is not a positive whole number.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({ sink, applicationId, idempotency: memoryStore({ maxKeys: 10_000 }) });
 * ```
 */
export function memoryStore({ maxKeys = 100_000 }: MemoryStoreOptions = {}): IdempotencyStore {
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) {
    throw new FicWebhooksError(
      'option-invalid',
      `maxKeys is ${String(maxKeys)}. Give a whole number of at least 1.`,
    );
  }
  const claims = new Map<string, Claim>();
  /** In the order of completion: the first is the oldest. */
  const done = new Map<string, Done>();
  let lastToken = 0;

  /** The claim, while it is the caller's. One whose lease is over is still so until somebody else takes the key. */
  function findOwn(key: string, token: string): Claim | undefined {
    const claim = claims.get(key);
    return claim?.token === token ? claim : undefined;
  }

  function makeRoom(now: number): void {
    if (claims.size + done.size < maxKeys) return;
    for (const key of done.keys()) {
      done.delete(key);
      return;
    }
    for (const [key, claim] of claims) if (claim.until <= now) claims.delete(key);
    if (claims.size < maxKeys) return;
    throw new FicWebhooksError(
      'store-full',
      `The memory store holds ${maxKeys} live claims and cannot take another. Handlers are slow, or maxKeys is small.`,
    );
  }

  return {
    claim(key: string, { lease, fingerprint }: ClaimRequest): ClaimResult {
      const now = performance.now();
      const handled = done.get(key);
      if (handled !== undefined && handled.until > now)
        return { state: 'done', fingerprint: handled.fingerprint };
      const standing = claims.get(key);
      if (standing !== undefined && standing.until > now) return { state: 'busy' };
      if (handled !== undefined) done.delete(key);
      if (standing === undefined) makeRoom(now);
      const token = String(++lastToken);
      claims.set(key, { token, fingerprint, until: now + lease });
      return { state: 'claimed', token };
    },

    extend(key, token, lease) {
      const claim = findOwn(key, token);
      if (claim !== undefined) claim.until = performance.now() + lease;
      return claim !== undefined;
    },

    complete(key, token, retention) {
      const claim = findOwn(key, token);
      if (claim === undefined) return false;
      claims.delete(key);
      done.set(key, { fingerprint: claim.fingerprint, until: performance.now() + retention });
      return true;
    },

    release(key, token) {
      return findOwn(key, token) !== undefined && claims.delete(key);
    },
  };
}
