type Awaitable<T> = T | Promise<T>;

/** What a claim needs. */
export interface ClaimRequest {
  /** Names the process that claims. For people who look into the store. */
  readonly owner: string;
  /** Milliseconds until the claim ends by itself, unless it is extended. */
  readonly lease: number;
  /** Of the event's type, subject and ids. Kept with the key. */
  readonly fingerprint: string;
}

/**
 * The answer to a claim. `claimed`: the event is yours. `busy`: somebody else's live claim stands. `done`: it has been
 * handled.
 */
export type ClaimResult =
  | { readonly state: 'claimed'; readonly token: string }
  | { readonly state: 'busy' }
  | { readonly state: 'done'; readonly fingerprint: string };

/**
 * Remembers which events have been handled, and lets one process at a time handle an event.
 *
 * Every method is atomic on its key and uses the clock of the store. A claim carries a token of its own, and
 * `extend`, `complete` and `release` act only while that token's claim stands (compare-and-set): a run that
 * outlived its lease cannot end the claim of its successor. A method that cannot be carried out throws or rejects.
 *
 * `runStoreConformance` of `@fic-webhooks/testing` tests an implementation.
 *
 * @example
 * ```ts
 * const claim = await store.claim(key, { owner, lease: 15_000, fingerprint });
 * if (claim.state === 'claimed') await store.complete(key, claim.token, 24 * 60 * 60 * 1000);
 * ```
 */
export interface IdempotencyStore {
  /** Claims a key that is free, or whose claim has outlived its lease. */
  claim(key: string, request: ClaimRequest): Awaitable<ClaimResult>;
  /** Makes the claim last for another `lease` milliseconds from now. False when the claim is not the caller's any more. */
  extend(key: string, token: string, lease: number): Awaitable<boolean>;
  /** Turns the claim into `done`, kept for `retention` milliseconds. False when the claim is not the caller's any more. */
  complete(key: string, token: string, retention: number): Awaitable<boolean>;
  /** Frees the key. False when the claim is not the caller's any more. */
  release(key: string, token: string): Awaitable<boolean>;
  /** Lets go of connections. */
  close?(): Awaitable<void>;
}
