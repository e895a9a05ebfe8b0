import { isPlain } from '../receiver/after.js';
import type { RequestScope } from '../receiver/receiver-request.js';
import { messageOf, type Reporter } from '../receiver/reporter.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { LeaseKeeper } from './lease-keeper.js';

/** Milliseconds that a claim lasts unless it is renewed. */
export const lease = 15_000;
/** Milliseconds between two renewals. */
export const renewEvery = 5_000;

/** What the end of a claim may fail at. It changes no answer. */
type ClaimFailure = 'completion-failed' | 'release-failed';

/** What has been claimed, and who is told when its end fails. */
export interface EventClaimOptions {
  readonly store: IdempotencyStore;
  readonly key: string;
  /** The fencing token that the store gave. */
  readonly token: string;
  readonly reporter: Reporter;
  readonly scope: RequestScope;
}

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
  readonly #reporter: Reporter;
  readonly #scope: RequestScope;
  readonly #madeAt = performance.now();
  #keeper: LeaseKeeper | undefined;
  #ended = false;

  constructor({ store, key, token, reporter, scope }: EventClaimOptions) {
    this.#store = store;
    this.#key = key;
    this.#token = token;
    this.#reporter = reporter;
    this.#scope = scope;
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
    try {
      const kept = tell();
      if (!isPlain(kept)) {
        return kept.then(
          (yes) => this.#check(failure, yes),
          (error: unknown) => this.#notice(failure, messageOf(error)),
        );
      }
      this.#check(failure, kept);
    } catch (error) {
      this.#notice(failure, messageOf(error));
    }
    return undefined;
  }

  #check(failure: ClaimFailure, kept: boolean): void {
    if (!kept) this.#notice(failure, 'The claim was lost before.');
  }

  #notice(failure: ClaimFailure, detail: string): void {
    this.#reporter.notice(failure, detail, this.#scope);
  }
}
