import type { InboxItem, Verdict } from './inbox.js';
import type { ResolvedWorkerOptions } from './worker-options.js';

/** Milliseconds that a suspect waits before it is handled: those that were claimed with it have been put back by then. */
const settle = 100;

/**
 * Keeps suspects apart: events that were being handled half as often as allowed when the process died.
 *
 * Nobody knows which of the events that were handled at once made the process die. Their leases end together, so they would be
 * claimed together again and again, and one that always kills would take its healthy companions along to the dead
 * letters. So of the suspects a process handles one at a time; the others come again a little later, which costs nothing.
 * Events that are no suspects are handled beside it.
 */
export class Suspects {
  readonly #worker: ResolvedWorkerOptions;
  #busy = false;

  constructor(worker: ResolvedWorkerOptions) {
    this.#worker = worker;
  }

  /** Handles an event, unless it is a suspect and another one is being handled. */
  async keepApart({ crashes }: InboxItem, handle: () => Promise<Verdict>): Promise<Verdict> {
    const { crashes: most, firstDelay } = this.#worker;
    // Beyond the limit it is not handled any more.
    if (crashes === 0 || crashes * 2 < most || crashes >= most) return handle();
    if (this.#busy) return { kind: 'postpone', after: firstDelay };
    this.#busy = true;
    try {
      await new Promise((resolve) => setTimeout(resolve, settle));
      return await handle();
    } finally {
      this.#busy = false;
    }
  }
}
