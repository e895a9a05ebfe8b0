import type { ClaimRequest, ClaimResult, IdempotencyStore } from '../../src/idempotency/idempotency-store.js';

/** What stands under a key, by the books of the test and not of the store. */
interface Standing {
  readonly token: string;
  readonly owner: string;
  until: number;
}

/** A store whose books the test keeps a second time. */
export interface ObservedStore extends IdempotencyStore {
  /** Claims that nobody completed, released or took over. */
  readonly standing: ReadonlyMap<string, Standing>;
  /** Grants of a key while an earlier claim on it was alive: there must be none. */
  readonly doubleGrants: string[];
  /** True while the claim with this token is alive. */
  isLive(token: string): boolean;
  /** The token that was granted last to an owner and key, written with a space between them. */
  lastToken(ownerAndKey: string): string | undefined;
  /** Holds no further call up. */
  stopDelaying(): void;
}

/**
 * Watches a store.
 *
 * @param delays - Milliseconds by which each call is held up on its way to the store, one after another, then 0.
 */
export function observeStore(store: IdempotencyStore, delays: readonly number[] = []): ObservedStore {
  const standing = new Map<string, Standing>();
  const lastTokens = new Map<string, string>();
  const doubleGrants: string[] = [];
  let call = 0;

  function hold<T>(act: () => T | Promise<T>): T | Promise<T> {
    const delay = delays[call++] ?? 0;
    return delay === 0 ? act() : new Promise((resolve) => setTimeout(() => resolve(act()), delay));
  }

  function own(key: string, token: string): Standing | undefined {
    const entry = standing.get(key);
    return entry?.token === token ? entry : undefined;
  }

  return {
    standing,
    doubleGrants,
    isLive: (token) =>
      [...standing.values()].some((entry) => entry.token === token && entry.until > performance.now()),
    lastToken: (ownerAndKey) => lastTokens.get(ownerAndKey),
    stopDelaying() {
      call = delays.length;
    },

    claim: (key: string, request: ClaimRequest) =>
      hold(() => {
        const result = store.claim(key, request) as ClaimResult;
        if (result.state === 'claimed') {
          const earlier = standing.get(key);
          if (earlier !== undefined && earlier.until > performance.now()) doubleGrants.push(key);
          const { owner, lease } = request;
          standing.set(key, { token: result.token, owner, until: performance.now() + lease });
          lastTokens.set(`${owner} ${key}`, result.token);
        }
        return result;
      }),

    extend: (key, token, lease) =>
      hold(() => {
        const kept = store.extend(key, token, lease) as boolean;
        const entry = own(key, token);
        if (kept && entry !== undefined) entry.until = performance.now() + lease;
        return kept;
      }),

    complete: (key, token, retention) =>
      hold(() => {
        const kept = store.complete(key, token, retention) as boolean;
        if (kept && own(key, token) !== undefined) standing.delete(key);
        return kept;
      }),

    release: (key, token) =>
      hold(() => {
        const kept = store.release(key, token) as boolean;
        if (kept && own(key, token) !== undefined) standing.delete(key);
        return kept;
      }),
  };
}
