import { type KeyObject, verify } from 'node:crypto';
// Imported, so that the timers a test has faked are not taken for the real ones.
import { setImmediate } from 'node:timers';

/** One signature to check. */
export interface SignatureCheck {
  readonly key: KeyObject;
  readonly input: Uint8Array;
  /** 64 bytes, r then s. */
  readonly signature: Uint8Array;
}

/** How signatures are checked. */
export interface SignatureQueueOptions {
  /** True when the thread pool has a core beside that of the event loop. */
  readonly hasSpareCore: boolean;
}

interface Waiting {
  readonly check: SignatureCheck;
  readonly resolve: (genuine: boolean | Promise<boolean>) => void;
  readonly reject: (error: unknown) => void;
}

/** Checks in a row hold the event loop up for about a millisecond. */
const mostInARow = 16;

/** Milliseconds without a verdict after which the thread pool is taken to be busy with other things. */
const poolMayTake = 50;

/** Kept, because in CommonJS an imported name is looked up at each call, where a test may have put something else. */
const afterTurn = setImmediate;

/**
 * Checks signatures at the end of each turn of the event loop: a single one in place, which has half the latency of the
 * thread pool, and many together.
 *
 * Requests that come at the same time are read in one turn of the event loop, one after another: only at its end it shows
 * how many there are. With a core to spare the thread pool takes them, and the event loop stays free. On a single core the
 * pool would only add the cost of handing over, and they are checked in a row: then their answers go out in a row, too, and
 * wake the sender once instead of each time, which costs the kernel more than all that is done here.
 */
export class SignatureQueue {
  readonly #hasSpareCore: boolean;
  #waiting: Waiting[] = [];
  #onPool = 0;
  /** When the pool last took a check or gave a verdict, by `performance.now()`. */
  #poolMovedAt = 0;

  constructor({ hasSpareCore }: SignatureQueueOptions) {
    this.#hasSpareCore = hasSpareCore;
  }

  /** True when the signature is genuine. */
  check(check: SignatureCheck): Promise<boolean> {
    // Others are there already: the end of the turn would tell nothing new.
    if (this.#onPool > 0 && !this.#poolIsStuck()) return this.#checkOnPool(check);
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ check, resolve, reject }) === 1) afterTurn(() => this.#endTurn());
    });
  }

  #endTurn(): void {
    if (this.#hasSpareCore && this.#waiting.length > 1 && !this.#poolIsStuck()) {
      for (const { check, resolve } of this.#waiting.splice(0)) resolve(this.#checkOnPool(check));
      return;
    }
    for (const { check, resolve, reject } of this.#waiting.splice(0, mostInARow)) {
      try {
        resolve(checkInPlace(check));
      } catch (error) {
        reject(error);
      }
    }
    if (this.#waiting.length > 0) afterTurn(() => this.#endTurn());
  }

  /** The pool belongs to all of the process: hashing of passwords or a file system that hangs can take all its threads. */
  #poolIsStuck(): boolean {
    return this.#onPool > 0 && performance.now() - this.#poolMovedAt > poolMayTake;
  }

  /** 5 to 8 µs of the event loop instead of 48. */
  #checkOnPool({ key, input, signature }: SignatureCheck): Promise<boolean> {
    return new Promise((resolve, reject) => {
      verify('sha256', input, optionsFor(key), signature, (error, genuine) => {
        this.#onPool--;
        this.#poolMovedAt = performance.now();
        if (error) reject(error);
        else resolve(genuine);
      });
      // Not before: what it throws itself never comes to the pool.
      if (this.#onPool++ === 0) this.#poolMovedAt = performance.now();
    });
  }
}

function checkInPlace({ key, input, signature }: SignatureCheck): boolean {
  return verify('sha256', input, optionsFor(key), signature);
}

function optionsFor(key: KeyObject) {
  return { key, dsaEncoding: 'ieee-p1363' as const };
}
