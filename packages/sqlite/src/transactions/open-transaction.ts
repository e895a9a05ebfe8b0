import type { Connection } from '../database/connection.js';
import type { StatementCache } from '../database/statement-cache.js';
import { bind } from './bind.js';
import { findControl } from './find-control.js';
import { invalidTransaction } from './invalid-transaction.js';
import type {
  SqliteChanges,
  SqliteParameters,
  SqliteStatement,
  SqliteTransaction,
} from './sqlite-transaction.js';

/** What the driver gives beside the columns of a row. */
const extra = '_metadata';

/** A transaction in somebody else's hands, and the end of that. */
export interface OpenTransaction {
  readonly tx: SqliteTransaction;
  /** From here on every call throws. */
  end(): void;
}

/** Wraps a connection that is in a transaction. */
export function openTransaction(connection: Connection, statements: StatementCache): OpenTransaction {
  let isOpen = true;

  function check(sql: string): void {
    if (!isOpen) {
      throw invalidTransaction(
        'The transaction has ended. Use it only inside of the function that it was given to, without await.',
      );
    }
    // After some errors, such as a full disk, SQLite has rolled back already; what comes then would be written by itself.
    if (!connection.inTransaction) {
      throw invalidTransaction(
        'The transaction was rolled back by SQLite after an error: let that error pass.',
      );
    }
    const control = findControl(sql);
    if (control === undefined) return;
    throw invalidTransaction(
      `${control} cannot be used in this transaction: it is begun and ended for you. Return to commit it, throw to roll it back.`,
    );
  }

  function prepare(sql: string): SqliteStatement {
    check(sql);
    const statement = statements.prepare(sql);
    const guarded = <Result>(work: () => Result): Result => {
      check('');
      return work();
    };
    return {
      run: (parameters) =>
        guarded(() => {
          const { changes, lastInsertRowid } = statement.run(bind(parameters) as never) as SqliteChanges;
          return { changes, lastInsertRowid };
        }),
      get: <Row>(parameters?: SqliteParameters) =>
        guarded(() => clean(statement.get(bind(parameters) as never)) as Row | undefined),
      all: <Row>(parameters?: SqliteParameters) =>
        guarded(() => statement.all(bind(parameters) as never).map((row) => clean(row) as Row)),
    };
  }

  const tx: SqliteTransaction = {
    run: (sql, parameters) => prepare(sql).run(parameters),
    get: (sql, parameters) => prepare(sql).get(parameters),
    all: (sql, parameters) => prepare(sql).all(parameters),
    exec: (sql) => {
      check(sql);
      connection.exec(sql);
    },
    prepare,
  };
  return {
    tx,
    end: () => {
      isOpen = false;
    },
  };
}

/** Without what the driver adds, and with bytes in one form: they come as a Buffer, or in lists as an ArrayBuffer. */
function clean(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const columns = Object.entries(row).filter(([name]) => name !== extra);
  return Object.fromEntries(
    columns.map(([name, value]) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
  );
}
