import { checkDeadLetterReason, FicWebhooksError, type Inbox } from '@fic-webhooks/core';
import { MemoryItems } from './memory-items.js';
import { MemoryWorker } from './memory-worker.js';

/** An inbox in memory, with a handle for tests. */
export interface MemoryInbox extends Inbox {
  /**
   * Ends the leases of all claims at once, as if the process that handles them had died or stood still: the worker takes
   * the events again, and what the first run comes to is dropped.
   */
  expireClaims(): void;
}

/**
 * An inbox in the memory of this process, **for tests only**: it keeps the whole contract except that it is not durable.
 * What it holds is gone with the process.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({ sink, applicationId, publicKeys: publicKey, inbox: memoryInbox(), handlers });
 * ```
 */
export function memoryInbox(): MemoryInbox {
  const items = new MemoryItems();
  const workers = new Set<MemoryWorker>();
  let closed = false;
  /** The step, in the order of the calls and never before the caller goes on. */
  async function step<T>(run: () => T): Promise<T> {
    if (closed)
      throw new FicWebhooksError('inbox-closed', 'The memory inbox has been closed. Make a new one.');
    const result = run();
    await Promise.resolve();
    return result;
  }
  async function stepAndWake<T>(run: () => T): Promise<T> {
    const result = await step(run);
    for (const worker of workers) worker.wake();
    return result;
  }
  return {
    ready: () => step(() => {}),
    put: (item) => stepAndWake(() => items.put(item)),
    bury: (letter) => step(() => items.bury(letter)),
    work(work) {
      const worker = new MemoryWorker(items, work);
      workers.add(worker);
      return {
        async stop(options) {
          await worker.stop(options);
          workers.delete(worker);
        },
      };
    },
    deadLetters: {
      list: ({ reason, limit = 100, after } = {}) =>
        step(() => {
          checkDeadLetterReason(reason);
          return items.list(reason, Math.min(limit, 1_000), after);
        }),
      retry: (key) => stepAndWake(() => items.retry(key)),
      discard: (key) => step(() => items.discard(key)),
    },
    health: () => step(() => items.health()),
    async close() {
      closed = true;
      for (const worker of workers) await worker.stop({ deadline: 0 });
    },
    expireClaims() {
      items.expireClaims();
      for (const worker of workers) worker.wake();
    },
  };
}
