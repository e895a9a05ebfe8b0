/** A value that can be bound to a parameter. SQLite has no booleans: bind 0 or 1. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

/**
 * Parameters of a statement: by position for all of them, or by name, without its first character, for `:name`, `@name` and
 * `$name`. Each must have its value, and there must be no more.
 */
export type SqliteParameters = readonly SqliteValue[] | Readonly<Record<string, SqliteValue>>;

/** What a statement changed. */
export interface SqliteChanges {
  /** Rows inserted, updated or deleted. */
  readonly changes: number;
  readonly lastInsertRowid: number;
}

/** A statement that has been prepared. For this transaction only. */
export interface SqliteStatement {
  run(parameters?: SqliteParameters): SqliteChanges;
  get<Row = unknown>(parameters?: SqliteParameters): Row | undefined;
  all<Row = unknown>(parameters?: SqliteParameters): Row[];
}

/**
 * A transaction on the file of the inbox. All calls are synchronous. Each throws what SQLite says, an `Error` with a `code`
 * such as `SQLITE_CONSTRAINT`, and FicWebhooksError `transaction-invalid` for whatever would break the transaction: its
 * control, a value that cannot be bound, parameters that are not those of the statement, several statements where one is
 * done, a use after its end.
 *
 * @example
 * ```ts
 * await inbox.transaction((tx) => {
 *   tx.exec('CREATE TABLE IF NOT EXISTS invoices (id INTEGER PRIMARY KEY, number TEXT)');
 *   return tx.get<{ count: number }>('SELECT count(*) AS count FROM invoices');
 * });
 * ```
 */
export interface SqliteTransaction {
  run(sql: string, parameters?: SqliteParameters): SqliteChanges;
  /** The first row. */
  get<Row = unknown>(sql: string, parameters?: SqliteParameters): Row | undefined;
  /** All rows. */
  all<Row = unknown>(sql: string, parameters?: SqliteParameters): Row[];
  /** Runs statements without parameters, separated by semicolons. */
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
}
