import { FicWebhooksError } from '@fic-webhooks/core';
import type { IQueueBackend } from 'bullmq';
import type { Engine } from './engine.js';
import { explainFailure, explainSilence } from './explain-failure.js';
import { Gate } from './gate.js';
import type { InboxQueue } from './open-bullmq.js';
import { within } from './within.js';

/** Milliseconds for an event to be stored, connecting included: an answer is due soon after. */
const enqueueWithin = 1_200;

/** Milliseconds for any other step. */
const stepWithin = 1_500;

/** Events on their way to the store. Beyond them the store is too slow, and memory would fill. */
const mostOutstanding = 1_024;

/** One exchange with the store. It ends in time, with a coded error when the store does not answer. */
export type Step = <T>(run: (backend: IQueueBackend) => Promise<T>) => Promise<T>;

interface AccessOptions {
  /** Milliseconds. */
  readonly time: number;
  /** Whether the settings of the store must be known to be right. */
  readonly checked: boolean;
  /** Called when it has ended in truth, which can be after its time. */
  readonly onEnd?: () => void;
}

/** The way to the queue: within a time, whatever state the store is in, and only to a store that keeps what it is given. */
export class QueueAccess {
  readonly #engine: Engine;
  readonly #gate: Gate;
  #outstanding = 0;
  #closing: Promise<void> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#gate = new Gate(engine);
  }

  readonly step: Step = (run) =>
    this.#enter((queue) => run(queue.getBackend()), { time: stepWithin, checked: true });

  /** Without a look at the settings: what has been claimed is ended, whatever they have become. */
  readonly uncheckedStep: Step = (run) =>
    this.#enter((queue) => run(queue.getBackend()), { time: stepWithin, checked: false });

  /** For what comes from a request: bounded in number, too. */
  async enqueue<T>(run: (queue: InboxQueue) => Promise<T>): Promise<T> {
    if (this.#outstanding >= mostOutstanding) {
      throw new FicWebhooksError(
        'inbox-overloaded',
        `${mostOutstanding} events are on their way to ${this.#engine.place} already, which is too slow. Look at its load ` +
          'and at the network between.',
        { status: 503 },
      );
    }
    this.#outstanding++;
    const onEnd = () => {
      this.#outstanding--;
    };
    return this.#enter(run, { time: enqueueWithin, checked: true, onEnd });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const queue = this.#gate.queue;
    const closing = (async () => {
      await queue?.close();
      await this.#engine.close();
    })();
    // What cannot be closed in time ends with the process.
    await within(closing, stepWithin, () => new Error('late')).catch(() => {});
  }

  #enter<T>(run: (queue: InboxQueue) => Promise<T>, { time, checked, onEnd }: AccessOptions): Promise<T> {
    let late = false;
    const running = (async () => {
      try {
        if (this.#closing !== undefined) throw explainClosed();
        const queue = (checked ? undefined : this.#gate.queue) ?? (await this.#gate.enter());
        // Nobody waits for it any more: the sender has been told to come again.
        if (late) throw explainSilence(this.#engine.place, time);
        return await run(queue);
      } catch (error) {
        if (!(error instanceof FicWebhooksError)) this.#gate.doubt();
        throw explainFailure(error, this.#engine.place);
      } finally {
        onEnd?.();
      }
    })();
    return within(running, time, () => {
      late = true;
      this.#gate.doubt();
      return explainSilence(this.#engine.place, time);
    });
  }
}

function explainClosed(): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-closed',
    'The inbox has been closed. Close the receiver last, and make a new inbox for a new receiver.',
    { status: 503 },
  );
}
