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
 * Checks signatures: a single one at once and in place, which has half the latency of the thread pool, and many together.
 *
 * Requests that come at the same time are read in one turn of the event loop, one after another, and each may be answered
 * before the next is read: so how many there are shows only at the end of the turn. What comes after the first is put off
 * until then. With a core to spare the thread pool takes them, and the event loop stays free. On a single core the pool
 * would only add the cost of handing over, and they are checked in a row: then their answers go out in a row, too, and
 * wake the sender once instead of each time, which costs the kernel more than all that is done here.
 */
export class SignatureQueue {
  readonly #hasSpareCore: boolean;
  #waiting: Waiting[] = [];
  #onPool = 0;
  /** When the pool last took a check or gave a verdict, by `performance.now()`. */
  #poolMovedAt = 0;
  /** True from the first check in a turn of the event loop to its end. */
  #turning = false;

  constructor({ hasSpareCore }: SignatureQueueOptions) {
    this.#hasSpareCore = hasSpareCore;
  }

  /** True when the signature is genuine; a promise when others are being checked. */
  check(check: SignatureCheck): boolean | Promise<boolean> {
    // Others are there already: the end of the turn would tell nothing new.
    if (this.#onPool > 0 && !this.#poolIsStuck()) return this.#checkOnPool(check);
    const isFirst = !this.#turning;
    this.#expectEnd();
    if (isFirst) return checkInPlace(check);
    return new Promise((resolve, reject) => this.#waiting.push({ check, resolve, reject }));
  }

  #expectEnd(): void {
    if (this.#turning) return;
    this.#turning = true;
    afterTurn(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#turning = false;
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
    if (this.#waiting.length > 0) this.#expectEnd();
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
