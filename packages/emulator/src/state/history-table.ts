import type Database from 'libsql';

/** How much of the history is kept. */
export interface HistoryLimits {
  /** Deliveries that have ended. */
  readonly deliveries: number;
  /** Bytes of their ids and of all their attempts. */
  readonly bytes: number;
}

/** Rows looked at in one go. */
const step = 500;

/** The deliveries that have ended, and their attempts. What has not ended is no history, and always kept. */
export class HistoryTable {
  readonly #size;
  readonly #oldest;
  readonly #remove;
  readonly #removeAttempts;

  constructor(database: Database.Database) {
    this.#size = database.prepare(`
      SELECT count(*) AS deliveries, coalesce(sum(bytes), 0) AS bytes FROM deliveries WHERE ended_at IS NOT NULL`);
    this.#oldest = database.prepare(`
      SELECT id, bytes FROM deliveries WHERE ended_at IS NOT NULL ORDER BY ended_at, id LIMIT ?`);
    const listed = 'IN (SELECT value FROM json_each(?))';
    this.#remove = database.prepare<[string]>(`DELETE FROM deliveries WHERE id ${listed}`);
    this.#removeAttempts = database.prepare<[string]>(`DELETE FROM attempts WHERE delivery_id ${listed}`);
  }

  /** How large it is. */
  size(): HistoryLimits {
    const [size] = this.#size.all() as HistoryLimits[];
    return size ?? { deliveries: 0, bytes: 0 };
  }

  /** Removes those that ended first, until no more is left than the limits allow. To be run in a transaction. */
  prune(limits: HistoryLimits): void {
    let { deliveries, bytes } = this.size();
    const isOver = () => deliveries > limits.deliveries || bytes > limits.bytes;
    while (isOver()) {
      const surplus: number[] = [];
      for (const oldest of this.#oldest.all(step) as { id: number; bytes: number }[]) {
        if (!isOver()) break;
        surplus.push(oldest.id);
        deliveries -= 1;
        bytes -= oldest.bytes;
      }
      const ids = JSON.stringify(surplus);
      this.#remove.run(ids);
      this.#removeAttempts.run(ids);
    }
  }
}
