import type Database from 'libsql';
import type { Attempt } from '../model/attempt.js';

/** What was sent and what came back, per delivery. */
export class AttemptTable {
  readonly #insert;
  readonly #list;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(
      'INSERT OR REPLACE INTO attempts (delivery_id, number, record) VALUES (?, ?, ?)',
    );
    this.#list = database.prepare<[number]>(
      'SELECT record FROM attempts WHERE delivery_id = ? ORDER BY number',
    );
  }

  /** Returns the bytes that were written. */
  insert(deliveryId: number, attempt: Attempt): number {
    const record = JSON.stringify(attempt);
    this.#insert.run(deliveryId, attempt.number, record);
    return Buffer.byteLength(record);
  }

  /** The attempts of one delivery, the first one first. */
  list(deliveryId: number): Attempt[] {
    return (this.#list.all(deliveryId) as { record: string }[]).map(
      ({ record }) => JSON.parse(record) as Attempt,
    );
  }
}
