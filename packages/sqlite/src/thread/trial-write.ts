import { type Connection, rollBack } from '../database/connection.js';
import { isBusy } from '../database/store-error.js';

/** Bytes that a trial takes: what fits beside it is enough to end the work that is begun after it. */
const size = 256 * 1024;

/** Milliseconds between two trials. */
const every = 500;

/**
 * Writes something and takes it away again, to find out whether the disk takes more. A claim must not be made on a full
 * disk: it would be written, and its outcome not.
 */
export class TrialWrite {
  #last = Number.NEGATIVE_INFINITY;

  /** True when it is time for the next trial. */
  get isDue(): boolean {
    return performance.now() - this.#last >= every;
  }

  /** Throws what the driver throws. */
  run(connection: Connection): void {
    this.#last = performance.now();
    try {
      for (const sql of [
        `INSERT OR REPLACE INTO fic_webhooks_probe (id, filler) VALUES (1, zeroblob(${size}))`,
        'DELETE FROM fic_webhooks_probe',
      ]) {
        connection.exec('BEGIN IMMEDIATE');
        connection.exec(sql);
        connection.exec('COMMIT');
      }
    } catch (error) {
      rollBack(connection);
      // Nothing was tried. Were it to wait for its next turn, it would hardly ever meet a moment at which no other process writes.
      if (isBusy(error)) this.#last = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }
}
