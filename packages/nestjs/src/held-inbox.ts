import type {
  DeadLetters,
  Inbox,
  InboxHealth,
  InboxWork,
  InboxWorker,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
} from '@fic-webhooks/core';

/**
 * An inbox that gives nothing to its worker before it is released. A receiver works as soon as it has a handler; here
 * that is too early: events would be put aside as unhandled whose handlers Nest has yet to find.
 */
export class HeldInbox implements Inbox {
  readonly #inbox: Inbox;
  readonly #released: Promise<void>;
  /** Lets the worker begin. */
  readonly release: () => void;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
    let release = () => {};
    this.#released = new Promise((resolve) => {
      release = resolve;
    });
    this.release = release;
  }

  work(work: InboxWork): InboxWorker {
    let worker: InboxWorker | undefined;
    let stopped = false;
    void this.#released.then(() => {
      if (!stopped) worker = this.#inbox.work(work);
    });
    return {
      async stop(options) {
        stopped = true;
        await worker?.stop(options);
      },
    };
  }

  ready(): Promise<void> {
    return this.#inbox.ready();
  }

  put(item: NewInboxItem): Promise<PutResult> {
    return this.#inbox.put(item);
  }

  bury(letter: NewDeadLetter): Promise<void> {
    return this.#inbox.bury(letter);
  }

  get deadLetters(): DeadLetters {
    return this.#inbox.deadLetters;
  }

  health(): Promise<InboxHealth> {
    return this.#inbox.health();
  }

  close(): Promise<void> {
    return this.#inbox.close();
  }
}
