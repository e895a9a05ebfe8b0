import { type Connection, rollBack } from '../database/connection.js';
import { isBusy } from '../database/store-error.js';
import type { WriteStatements } from './write-statements.js';

/** Milliseconds between two looks at what may be forgotten. */
const every = 1_000;
/** Milliseconds between two batches while there is more. */
const betweenBatches = 10;
/** Milliseconds that a batch may take; the next one is made smaller when it took longer. */
const longestBatch = 3;
const largestBatch = 500;
const smallestBatch = 10;

/** Forgets the keys whose time is over, a few at a time. */
export class Housekeeping {
  #next = performance.now() + every;
  #batch = 50;

  /** Milliseconds until there is something to do. */
  get wait(): number {
    return Math.max(0, this.#next - performance.now());
  }

  /** Throws what the driver throws, except for a lock, which is waited for until the next time. */
  run(connection: Connection, statements: WriteStatements): void {
    const started = performance.now();
    this.#next = started + every;
    try {
      connection.exec('BEGIN IMMEDIATE');
      const forgotten = statements.forget(this.#batch);
      connection.exec(forgotten === 0 ? 'ROLLBACK' : 'COMMIT');
      const took = performance.now() - started;
      if (forgotten === this.#batch) this.#next = started + took + betweenBatches;
      const wanted = took > longestBatch ? this.#batch / 2 : this.#batch * 1.2;
      this.#batch = Math.round(Math.min(largestBatch, Math.max(smallestBatch, wanted)));
    } catch (error) {
      rollBack(connection);
      if (!isBusy(error)) throw error;
    }
  }
}
