/** A value of a column, or of a parameter. */
export type ColumnValue = null | number | bigint | string | Uint8Array;

/** A prepared statement. Parameters always as a list: alone, `null` and bytes would be taken for named parameters. */
export interface Statement {
  run(parameters: readonly ColumnValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  get(parameters: readonly ColumnValue[]): unknown;
  all(parameters: readonly ColumnValue[]): unknown[];
}

/** A connection to the file. */
export interface Connection {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

/** The value of a pragma that has one. */
export function readPragma(connection: Connection, name: string): unknown {
  const row = connection.prepare(`PRAGMA ${name}`).get([]);
  return row === undefined ? undefined : Object.values(row as object)[0];
}

/** Ends a transaction without a change. On a full disk SQLite has done so by itself. */
export function rollBack(connection: Connection): void {
  if (connection.inTransaction) connection.exec('ROLLBACK');
}
