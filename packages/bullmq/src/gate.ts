import { FicWebhooksError } from '@fic-webhooks/core';
import type { Engine } from './engine.js';
import { explainFailure } from './explain-failure.js';
import type { InboxQueue } from './open-bullmq.js';

/** What only a person can mend. */
const refusals: readonly string[] = [
  'inbox-not-durable',
  'inbox-schema-newer',
  'option-invalid',
  'module-missing',
];

/** Milliseconds after which a store that was refused is looked at again. */
const secondLook = 5_000;

/** Milliseconds after which settings that were right are read again: they can be changed while the store runs. */
const nextLook = 60_000;

/** Whether it takes a person to go on. */
export function isRefusal(error: unknown): error is FicWebhooksError {
  return error instanceof FicWebhooksError && refusals.includes(error.code);
}

/** Lets nobody to the queue before it is known that the store keeps what it is given. */
export class Gate {
  readonly #engine: Engine;
  #queue: InboxQueue | undefined;
  /** When the settings of the store were found right, since the connection was made. */
  #checkedAt: number | undefined;
  #refused: { readonly error: FicWebhooksError; readonly at: number } | undefined;
  #checking: Promise<InboxQueue> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onLost = () => this.doubt();
  }

  /**
   * The queue, when it may be used.
   *
   * @throws FicWebhooksError
   */
  enter(): Promise<InboxQueue> | InboxQueue {
    if (this.#refused !== undefined && Date.now() - this.#refused.at < secondLook) throw this.#refused.error;
    if (this.#queue === undefined || this.#checkedAt === undefined) return this.#check();
    // Behind the back of the one who enters: it must cost no event a round trip more.
    if (Date.now() - this.#checkedAt > nextLook) this.#check().catch(() => {});
    return this.#queue;
  }

  /** The connection was lost: it may be another store that answers next. */
  doubt(): void {
    this.#checkedAt = undefined;
  }

  /** The queue, if there is one. */
  get queue(): InboxQueue | undefined {
    return this.#queue;
  }

  #check(): Promise<InboxQueue> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #look(): Promise<InboxQueue> {
    const engine = this.#engine;
    try {
      await engine.check();
      this.#queue ??= await engine.openQueue();
    } catch (error) {
      const explained = explainFailure(error, engine.place);
      this.#refused = isRefusal(explained) ? { error: explained, at: Date.now() } : undefined;
      throw explained;
    }
    this.#refused = undefined;
    this.#checkedAt = Date.now();
    return this.#queue;
  }
}
