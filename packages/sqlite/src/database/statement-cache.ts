import type { Connection, Statement } from './connection.js';

/** Statements that are kept at most. */
const largest = 200;

/**
 * Prepares each statement once. The driver frees statements only when they are collected as garbage, which knows nothing
 * of their real size.
 */
export class StatementCache {
  readonly #connection: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    if (this.#statements.size >= largest) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}
