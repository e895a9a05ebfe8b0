import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which a write that failed is tried again, on a full disk for example. */
const pauseLength = 1_000;

/** Milliseconds between two warnings, while writes go on failing. */
const warnEvery = 60_000;

/** Keeps all writes together that have failed: they wait for one pause, and are warned of once, not each. */
export class WriteTrouble {
  readonly #warn: (message: string) => void;
  #pause: Promise<void> | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #isWarnedOf = false;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Ends when writes are tried again. Undefined while there is no trouble. */
  get pause(): Promise<void> | undefined {
    return this.#pause;
  }

  /**
   * Repeats work that could not be written, until it succeeds: what it writes would be lost otherwise. Undefined when it
   * was broken off before.
   */
  async untilWritten<Result>(work: () => Result, signal: AbortSignal): Promise<Result | undefined> {
    while (!signal.aborted) {
      try {
        const result = work();
        this.#succeeded();
        return result;
      } catch (error) {
        await this.failed(error);
      }
    }
    return undefined;
  }

  /** A write has failed. It may be tried again once the promise resolves. */
  failed(error: unknown): Promise<void> {
    if (performance.now() - this.#warnedAt >= warnEvery) {
      this.#warnedAt = performance.now();
      this.#isWarnedOf = true;
      this.#warn(
        `The emulator cannot write its state, and tries again every second until it can: ${String(error)}. Perhaps the disk is full.`,
      );
    }
    this.#pause ??= delay(pauseLength).then(() => {
      this.#pause = undefined;
    });
    return this.#pause;
  }

  #succeeded(): void {
    if (!this.#isWarnedOf) return;
    this.#isWarnedOf = false;
    this.#warn('The emulator can write its state again.');
  }
}
