import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import type { ClaimRequest, ClaimResult, IdempotencyStore } from './idempotency-store.js';

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** The most keys to hold, claims and handled events together. Default 100,000. */
  maxKeys?: number;
}

/** A claim; once its event is handled, what is remembered of it. One object for both, which is less to be kept. */
interface Entry {
  readonly token: string;
  readonly fingerprint: string;
  /** By `performance.now()`, in whole milliseconds: of a fraction the engine makes an object of its own. */
  until: number;
}

/**
 * An idempotency store in the memory of this process: the default. For one process; a restart forgets.
 *
 * When it is full it evicts the event that was handled longest ago, never a live claim. Full of live claims, a claim throws
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
  const claims = new Map<string, Entry>();
  /** In the order in which they were handled. */
  const handled = new Map<string, Entry>();
  /** Where the oldest of them is. A new iterator would walk over the places of all that were evicted before. */
  let oldest = handled.keys();
  let lastToken = 0;

  /** The claim, while it is the caller's. One whose lease is over is still so until somebody else takes the key. */
  function findOwn(key: string, token: string): Entry | undefined {
    const claim = claims.get(key);
    return claim?.token === token ? claim : undefined;
  }

  function makeRoom(now: number): void {
    if (claims.size + handled.size < maxKeys || evictOldest()) return;
    for (const [key, { until }] of claims) {
      if (until > now) continue;
      claims.delete(key);
      return;
    }
    throw new FicWebhooksError(
      'store-full',
      `The memory store holds ${maxKeys} live claims and cannot take another. Handlers are slow, or maxKeys is small.`,
    );
  }

  function evictOldest(): boolean {
    let next = oldest.next();
    if (next.done) {
      // An iterator that has come to its end stays there.
      oldest = handled.keys();
      next = oldest.next();
    }
    return !next.done && handled.delete(next.value);
  }

  return {
    claim(key: string, { lease, fingerprint }: ClaimRequest): ClaimResult {
      const now = performance.now();
      const known = handled.get(key);
      if (known !== undefined) {
        if (known.until > now) return { state: 'done', fingerprint: known.fingerprint };
        handled.delete(key);
      } else if ((claims.get(key)?.until ?? now) > now) return { state: 'busy' };
      else claims.delete(key);
      makeRoom(now);
      const token = String(++lastToken);
      claims.set(key, { token, fingerprint, until: Math.ceil(now + lease) });
      return { state: 'claimed', token };
    },

    extend(key, token, lease) {
      const claim = findOwn(key, token);
      if (claim !== undefined) claim.until = Math.ceil(performance.now() + lease);
      return claim !== undefined;
    },

    complete(key, token, retention) {
      const claim = findOwn(key, token);
      if (claim === undefined) return false;
      claims.delete(key);
      claim.until = Math.ceil(performance.now() + retention);
      handled.set(key, claim);
      return true;
    },

    release(key, token) {
      return findOwn(key, token) !== undefined && claims.delete(key);
    },
  };
}
