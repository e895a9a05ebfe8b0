import { isPlain } from '../receiver/after.js';
import { messageOf } from '../receiver/reporter.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { LeaseKeeper } from './lease-keeper.js';

/** Milliseconds that a claim lasts unless it is renewed. */
export const lease = 15_000;
/** Milliseconds between two renewals. */
export const renewEvery = 5_000;

/** What the end of a claim may fail at. It changes no answer. */
export type ClaimFailure = 'completion-failed' | 'release-failed';

/** How a claim is kept alive. */
export interface KeepAliveOptions {
  /** Milliseconds from the making of the claim, after which it is no longer renewed. */
  readonly until: number;
  /** The claim is lost, or its end can no longer be put off. */
  readonly onLost: () => void;
  /** `until` has come. */
  readonly onOverrun: () => void;
}

/** The claim on one event, from its making to its end. */
export class EventClaim {
  readonly #store: IdempotencyStore;
  readonly #key: string;
  readonly #token: string;
  readonly #onFailure: (failure: ClaimFailure, detail: string) => void;
  readonly #madeAt = performance.now();
  #keeper: LeaseKeeper | undefined;
  #ended = false;

  constructor(
    store: IdempotencyStore,
    { key, token }: { key: string; token: string },
    onFailure: (failure: ClaimFailure, detail: string) => void,
  ) {
    this.#store = store;
    this.#key = key;
    this.#token = token;
    this.#onFailure = onFailure;
  }

  /** Renews the claim until it ends. Without effect when it has ended. */
  keepAlive(options: KeepAliveOptions): void {
    if (this.#ended) return;
    this.#keeper = new LeaseKeeper({
      ...options,
      lease,
      renewEvery,
      startedAt: this.#madeAt,
      extend: () => this.#store.extend(this.#key, this.#token, lease),
    });
  }

  /**
   * The event has been handled, which the store is to remember for `retention` milliseconds.
   *
   * @returns Undefined when the store has answered at once. Never rejects.
   */
  complete(retention: number): Promise<void> | undefined {
    return this.#end('completion-failed', () => this.#store.complete(this.#key, this.#token, retention));
  }

  /**
   * The event has not been handled: the next delivery may try.
   *
   * @returns Undefined when the store has answered at once. Never rejects.
   */
  release(): Promise<void> | undefined {
    return this.#end('release-failed', () => this.#store.release(this.#key, this.#token));
  }

  #end(failure: ClaimFailure, tell: () => boolean | Promise<boolean>): Promise<void> | undefined {
    this.#ended = true;
    this.#keeper?.stop();
    const fail = (error: unknown) => this.#onFailure(failure, messageOf(error));
    const check = (kept: boolean) => {
      if (!kept) this.#onFailure(failure, 'The claim was lost before.');
    };
    try {
      const kept = tell();
      if (!isPlain(kept)) return kept.then(check, fail);
      check(kept);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }
}
