import type { HistoryLimits } from '../state/history-table.js';
import type { State } from '../state/open-state.js';

/** Attempts after which the history is looked at, unless fewer or very many deliveries are kept. */
const usualInterval = 256;

/** Keeps the history within its limits. It may exceed them a little, so that not every attempt must look. */
export class HistoryKeeper {
  readonly #state: State;
  readonly #limits: HistoryLimits;
  readonly #interval: number;
  #attempts = 0;
  #bytes = 0;

  constructor(state: State, limits: HistoryLimits) {
    this.#state = state;
    this.#limits = limits;
    // The larger the history, the longer the look.
    this.#interval = Math.min(limits.deliveries, Math.max(usualInterval, limits.deliveries / 64));
  }

  /**
   * An attempt was written.
   *
   * @param bytes - How long it is.
   * @throws whatever the state throws when it cannot be written: then it is tried again after the next attempts.
   */
  attemptWritten(bytes: number): void {
    this.#attempts += 1;
    this.#bytes += bytes;
    if (this.#attempts < this.#interval && this.#bytes < this.#limits.bytes / 16) return;
    this.#attempts = 0;
    this.#bytes = 0;
    this.#state.transaction(() => this.#state.history.prune(this.#limits));
  }
}
