import { EventEmitter } from 'node:events';
import type { Delivery } from './model/delivery.js';
import type { Subscription } from './model/subscription.js';

interface ChangeEvents {
  /** A delivery was made or has gone on. */
  delivery: [delivery: Delivery];
  /** A subscription was made or has changed. */
  subscription: [subscription: Subscription];
  /** A subscription is gone. */
  subscriptionDeleted: [id: string, why: string];
  /** The clock was moved. */
  clock: [];
  /** The faults are others now. */
  faults: [];
  /** Everything was forgotten. */
  reset: [];
}

/** Tells those who watch, such as the inspector page, what has happened. */
export class Changes extends EventEmitter<ChangeEvents> {
  #held: (() => void)[] | undefined;

  constructor() {
    super();
    // Every open page listens, and every call that waits for something: many are no leak.
    this.setMaxListeners(0);
  }

  /**
   * Runs work that writes all or nothing. What it tells is passed on once the work is done, and never when it throws:
   * those who watch read the state.
   */
  holdBack<Result>(work: () => Result): Result {
    const held: (() => void)[] = [];
    this.#held = held;
    let result: Result;
    try {
      result = work();
    } finally {
      this.#held = undefined;
    }
    for (const tell of held) tell();
    return result;
  }

  override emit<Name>(
    name: Name | keyof ChangeEvents,
    ...details: Name extends keyof ChangeEvents ? ChangeEvents[Name] : never
  ): boolean {
    if (this.#held === undefined) return super.emit<Name>(name, ...details);
    this.#held.push(() => super.emit<Name>(name, ...details));
    return this.listenerCount(name) > 0;
  }
}
