import { FicWebhooksError } from '@fic-webhooks/core';
import type { Engine } from './engine.js';
import { explainFailure } from './explain-failure.js';
import { isLockLost } from './store-verdict.js';

/** Milliseconds in which the same trouble is told once. */
const quiet = 1_000;

/** Passes on what a worker meets, once in a while: BullMQ meets the same trouble in every loop that it runs. */
export class TroubleTeller {
  readonly #engine: Engine;
  readonly #onTrouble: (error: unknown) => void;
  #last: { readonly message: string; readonly at: number } | undefined;

  constructor(engine: Engine, onTrouble: (error: unknown) => void) {
    this.#engine = engine;
    this.#onTrouble = onTrouble;
  }

  tell(error: unknown): void {
    const explained = isLockLost(error) ? explainLoss(error) : explainFailure(error, this.#engine.place);
    const { message } = explained;
    const at = Date.now();
    if (this.#last?.message === message && at - this.#last.at < quiet) return;
    this.#last = { message, at };
    this.#onTrouble(explained);
  }
}

function explainLoss(cause: unknown): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-claim-lost',
    'The claim on an event was lost before its outcome could be stored, so the event is handled again. This process stood ' +
      'still or could not reach the store for longer than the lease. Keep synchronous work in handlers short, or raise ' +
      'worker.lease.',
    { cause },
  );
}
