/** How a claim is kept alive while handlers run. */
export interface LeaseKeeperOptions {
  /** Milliseconds that a claim lasts from its making or its last renewal. */
  lease: number;
  /** Milliseconds between two renewals. */
  renewEvery: number;
  /** When the claim was made, by `performance.now()`. */
  startedAt: number;
  /** Milliseconds after which the lease is no longer renewed. */
  until: number;
  /** Renews. False when somebody else has the claim. */
  extend: () => boolean | Promise<boolean>;
  /** The claim is lost, or its end can no longer be put off. */
  onLost: () => void;
  /** `until` has come. */
  onOverrun: () => void;
}

/**
 * Keeps a claim alive, from the making of the keeper until `stop`.
 *
 * A renewal that fails is tried again at the next turn; the claim is lost when none succeeded within the lease.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #renewedAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#renewedAt = options.startedAt;
    this.#schedule(options.startedAt + options.renewEvery);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Takes the next turn at the given time, or when there is something to tell before it. */
  #schedule(renewAt: number): void {
    const { lease, startedAt, until } = this.#options;
    const next = Math.min(renewAt, this.#renewedAt + lease, startedAt + until);
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, next - performance.now()));
  }

  #turn(): void {
    const now = performance.now();
    // A timer may fire within a millisecond before its time.
    if (now - this.#options.startedAt >= this.#options.until - 1) {
      this.stop();
      this.#options.onOverrun();
    } else if (now - this.#renewedAt >= this.#options.lease - 1) {
      this.#lose();
    } else {
      void this.#renew(now);
      // Counted from now and not from the last success: a store that fails or hangs is not to be asked in a loop.
      if (!this.#stopped) this.#schedule(now + this.#options.renewEvery);
    }
  }

  async #renew(now: number): Promise<void> {
    try {
      const kept = await this.#options.extend();
      // Answers may overtake each other.
      if (kept) this.#renewedAt = Math.max(this.#renewedAt, now);
      else if (!this.#stopped) this.#lose();
    } catch {
      // The store is unreachable for the moment: the lease has time for another try.
    }
  }

  #lose(): void {
    this.stop();
    this.#options.onLost();
  }
}
