import type { Connection } from '../database/connection.js';
import type { StatementCache } from '../database/statement-cache.js';
import { bind } from './bind.js';
import type { FaultWatch } from './fault-watch.js';
import { findControl } from './find-control.js';
import { findParameters } from './find-parameters.js';
import { invalidTransaction } from './invalid-transaction.js';
import { splitStatements } from './split-statements.js';
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

/**
 * Wraps a connection that is in a transaction.
 *
 * @param watch - Sees whatever the driver throws.
 */
export function openTransaction(
  connection: Connection,
  statements: StatementCache,
  watch: FaultWatch,
): OpenTransaction {
  let isOpen = true;

  function checkOpen(): void {
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
  }

  /** Gives the tokens of each statement. */
  function check(sql: string): string[][] {
    checkOpen();
    if (sql.includes('\0')) {
      throw invalidTransaction(
        'The statement has a null character, where SQLite would stop to read. Probably it was put together from values: bind them as parameters.',
      );
    }
    const found = splitStatements(sql);
    const control = findControl(found);
    if (control === undefined) return found;
    throw invalidTransaction(
      `${control} cannot be used in this transaction: it is begun and ended for you. Return to commit it, throw to roll it back.`,
    );
  }

  function prepare(sql: string): SqliteStatement {
    const [tokens = [], ...more] = check(sql);
    // The driver would do the first one, and say nothing of the others.
    if (more.length > 0) {
      throw invalidTransaction(
        'The text has several statements, of which run, get, all and prepare do one. Use exec if it has no parameters, else one call for each statement.',
      );
    }
    const expected = findParameters(tokens);
    const statement = watch.run(() => statements.prepare(sql));
    const guarded = <Result>(work: (bound: never) => Result, parameters?: SqliteParameters): Result => {
      checkOpen();
      const bound = bind(expected, parameters);
      return watch.run(() => work(bound as never));
    };
    return {
      run: (parameters) =>
        guarded((bound) => {
          const { changes, lastInsertRowid } = statement.run(bound) as SqliteChanges;
          return { changes, lastInsertRowid };
        }, parameters),
      get: <Row>(parameters?: SqliteParameters) =>
        guarded((bound) => clean(statement.get(bound)) as Row | undefined, parameters),
      all: <Row>(parameters?: SqliteParameters) =>
        guarded((bound) => statement.all(bound).map((row) => clean(row) as Row), parameters),
    };
  }

  const tx: SqliteTransaction = {
    run: (sql, parameters) => prepare(sql).run(parameters),
    get: (sql, parameters) => prepare(sql).get(parameters),
    all: (sql, parameters) => prepare(sql).all(parameters),
    exec: (sql) => {
      check(sql);
      watch.run(() => connection.exec(sql));
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
