import type { IdempotencyStore } from '@fic-webhooks/core';
import type { CaseSelection } from '../suite/case-result.js';

/** Options of `runStoreConformance`. */
export interface StoreConformanceOptions {
  /** Makes a store. Called once for each case; the store is closed after it. They may share what is behind them. */
  createStore: () => IdempotencyStore | Promise<IdempotencyStore>;
  /**
   * Moves the clock of the store by so many milliseconds. Without it the suite really waits, about three seconds in all,
   * with the cases side by side.
   */
  advance?: (milliseconds: number) => unknown;
  /** The names of the cases to run, or a function that chooses by name. Default all. */
  cases?: CaseSelection;
  /** Milliseconds within which a case must end. Default 10,000. */
  caseWithin?: number;
}
