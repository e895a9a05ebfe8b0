import type { InboxWork, InboxWorker } from '@fic-webhooks/core';
import { type MemoryItems, readPayload, type StoredItem } from './memory-items.js';

/** One item that is being processed. */
interface Run {
  readonly item: StoredItem;
  readonly token: string;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Works through the items of an inbox. */
export class MemoryWorker implements InboxWorker {
  readonly #items: MemoryItems;
  readonly #work: InboxWork;
  readonly #runs = new Set<Run>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(items: MemoryItems, work: InboxWork) {
    this.#items = items;
    this.#work = work;
    this.wake();
  }

  /** Claims as much as there is and may be. */
  readonly wake = (): void => {
    clearTimeout(this.#timer);
    while (!this.#stopped && this.#runs.size < this.#work.concurrency) {
      const claimed = this.#items.claim(this.#work.lease);
      if (typeof claimed === 'number') {
        // A timer takes 2^31 - 1 milliseconds at most.
        if (claimed !== Number.POSITIVE_INFINITY)
          this.#timer = setTimeout(this.wake, Math.min(Math.ceil(claimed), 2 ** 31 - 1));
        return;
      }
      this.#start(claimed);
    }
  };

  #start(item: StoredItem): void {
    const { token } = item;
    const controller = new AbortController();
    const run: Run = { item, token, controller, ended: this.#run(item, token, controller) };
    this.#runs.add(run);
    void run.ended.then(() => {
      this.#runs.delete(run);
      this.wake();
    });
  }

  async #run(item: StoredItem, token: string, { signal }: AbortController): Promise<void> {
    const { lease, process, onTrouble } = this.#work;
    const renewal = setInterval(() => {
      if (!this.#items.renew(item, token, lease)) this.#lose(token);
    }, lease / 3);
    // Whoever runs on without a claim must not keep the process alive.
    signal.addEventListener('abort', () => clearInterval(renewal));
    try {
      const verdict = await process({
        key: item.key,
        name: item.name,
        payload: readPayload(item),
        receivedAt: item.receivedAt,
        attempt: item.failures + 1,
        crashes: item.crashes,
        handled: [...item.handled],
        token,
        signal,
        markHandled: async (handler) => this.#items.markHandled(item, token, handler),
      });
      this.#items.end(item, token, verdict);
    } catch (error) {
      onTrouble(error);
    } finally {
      clearInterval(renewal);
    }
  }

  #lose(token: string): void {
    for (const run of this.#runs) {
      if (run.token === token) run.controller.abort(new Error('The claim was lost.'));
    }
  }

  async stop({ deadline }: { readonly deadline: number }): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadline);
    });
    await Promise.race([Promise.all([...this.#runs].map(({ ended }) => ended)), late]);
    clearTimeout(timer);
    for (const { item, token } of this.#runs) {
      this.#items.release(item, token);
      this.#lose(token);
    }
  }
}
