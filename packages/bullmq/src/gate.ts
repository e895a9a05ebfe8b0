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

/** Milliseconds between two looks at the settings of a store. */
export interface Looks {
  /** After a store was refused. */
  readonly second: number;
  /** After settings that were right: they can be changed while the store runs. */
  readonly next: number;
}

const usualLooks: Looks = { second: 5_000, next: 60_000 };

/** Whether it takes a person to go on. */
export function isRefusal(error: unknown): error is FicWebhooksError {
  return error instanceof FicWebhooksError && refusals.includes(error.code);
}

/** Lets nobody to the queue before it is known that the store keeps what it is given. */
export class Gate {
  readonly #engine: Engine;
  readonly #looks: Looks;
  #queue: InboxQueue | undefined;
  /** When the settings of the store were found right, since the connection was made. By a clock that nobody sets. */
  #checkedAt: number | undefined;
  #refused: { readonly error: FicWebhooksError; readonly at: number } | undefined;
  #checking: Promise<InboxQueue> | undefined;

  constructor(engine: Engine, looks: Looks = usualLooks) {
    this.#engine = engine;
    this.#looks = looks;
    engine.onLost = () => this.doubt();
  }

  /**
   * The queue, when it may be used.
   *
   * @throws FicWebhooksError
   */
  enter(): Promise<InboxQueue> | InboxQueue {
    const { second, next } = this.#looks;
    if (this.#refused !== undefined && performance.now() - this.#refused.at < second)
      throw this.#refused.error;
    if (this.#queue === undefined || this.#checkedAt === undefined) return this.#check();
    // Behind the back of the one who enters: it must cost no event a round trip more.
    if (performance.now() - this.#checkedAt > next) this.#check().catch(() => {});
    return this.#queue;
  }

  /** What was found holds no more, such as after a lost connection: it may be another store that answers next. */
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
      // Whoever enters next waits for a look that finds them right: that they were so once says nothing now.
      this.doubt();
      const explained = explainFailure(error, engine.place);
      this.#refused = isRefusal(explained) ? { error: explained, at: performance.now() } : undefined;
      throw explained;
    }
    this.#refused = undefined;
    this.#checkedAt = performance.now();
    return this.#queue;
  }
}
