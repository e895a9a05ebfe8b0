import { isStatementFault } from '../database/store-error.js';

/**
 * Tells the faults of the file of the inbox from errors of the application that look like them: those of another database of
 * its own, for instance, have the same codes.
 */
export class FaultWatch {
  readonly #faults = new Set<unknown>();

  /** Runs a call of the driver. */
  run<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isStatementFault(error)) this.#faults.add(error);
      throw error;
    }
  }

  /** Whether an error is a fault of the file, the disk or the connection that has been met here. */
  has(error: unknown): boolean {
    return this.#faults.has(error);
  }

  /** Whether there was any, even if it was caught. */
  get isEmpty(): boolean {
    return this.#faults.size === 0;
  }
}
