import type { CollectedHeaders } from '../http/collect-headers.js';
import { isPlain } from './after.js';
import type { Outcome } from './outcomes.js';
import { messageOf } from './reporter.js';

/** Where a request is: decides what the answer is when its time runs out. */
export type Stage =
  | 'verification'
  | 'body'
  | 'company'
  | 'inbox'
  | 'claim'
  | 'twin'
  | 'handlers'
  | 'completion';

/** One request on its way to its answer, under one deadline. */
export class Exchange {
  readonly headers: CollectedHeaders;
  /** Milliseconds since the epoch. */
  readonly receivedAt = Date.now();
  stage: Stage = 'verification';
  /** True once the body has been taken off the connection, so that the connection can serve another request. */
  bodyRead = false;
  /** True once the deadline has passed: the answer is out, and whatever comes later comes too late for it. */
  expired = false;
  readonly #timer: ReturnType<typeof setTimeout>;
  #settle: ((outcome: Outcome) => void) | undefined;
  #onExpiry: (() => void)[] | undefined;

  /**
   * Begins the exchange.
   *
   * @param milliseconds - The time from now to the deadline.
   */
  constructor(headers: CollectedHeaders, milliseconds: number) {
    this.headers = headers;
    this.#timer = setTimeout(() => this.#expire(), milliseconds);
  }

  /**
   * Does the work.
   *
   * @returns The first of: what the work comes to (its failure is an outcome too), the outcome that fits the stage at the
   * deadline, what `settle` is given. Never rejects.
   */
  run<T extends object>(work: () => T | Outcome | Promise<T | Outcome>): Promise<T | Outcome> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      const end = (result: T | Outcome) => {
        clearTimeout(this.#timer);
        resolve(result);
      };
      const fail = (error: unknown) => end({ code: 'internal', detail: messageOf(error) });
      try {
        const result = work();
        if (isPlain(result)) end(result as T | Outcome);
        else (result as Promise<T | Outcome>).then(end, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Gives the answer before the work has ended. Without effect when there is one already. */
  settle(outcome: Outcome): void {
    this.#settle?.(outcome);
  }

  /** Calls back at the deadline, unless the work has ended before it. */
  whenExpired(callback: () => void): void {
    if (this.expired) callback();
    else if (this.#onExpiry === undefined) this.#onExpiry = [callback];
    else this.#onExpiry.push(callback);
  }

  /** Resolves at the deadline, and never when the work ends before it. */
  expiry(): Promise<undefined> {
    return new Promise((resolve) => this.whenExpired(() => resolve(undefined)));
  }

  /** True when the request has a body that nobody has read. */
  hasUnreadBody(): boolean {
    if (this.bodyRead) return false;
    const { values } = this.headers;
    const length = values['content-length'];
    return (length !== undefined && length !== '0') || values['transfer-encoding'] !== undefined;
  }

  #expire(): void {
    this.expired = true;
    this.settle(this.#outcomeOfExpiry());
    for (const callback of this.#onExpiry ?? []) callback();
  }

  #outcomeOfExpiry(): Outcome {
    switch (this.stage) {
      case 'body':
        return { code: 'body-late' };
      case 'inbox':
        return { code: 'inbox-slow' };
      case 'claim':
        return { code: 'store-unavailable', detail: 'The store did not answer in time.' };
      case 'twin':
        return { code: 'in-progress' };
      // The handlers have succeeded. That the store does not say so is no reason to run them again.
      case 'completion':
        return { code: 'handled' };
      default:
        return { code: 'deadline', detail: `stage: ${this.stage}.` };
    }
  }
}
