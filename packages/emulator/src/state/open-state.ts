import { resolve } from 'node:path';
import Database from 'libsql';
import { EmulatorError } from '../emulator-error.js';
import { ApplicationTable } from './application-table.js';
import { AttemptTable } from './attempt-table.js';
import { createStateFile } from './create-state-file.js';
import { DeliveryTable } from './delivery-table.js';
import { HistoryTable } from './history-table.js';
import { QuotaTable } from './quota-table.js';
import { schemaSteps } from './schema.js';
import { SettingsTable } from './settings-table.js';
import { SubscriptionTable } from './subscription-table.js';

/** Marks a file as the state of an emulator: "FiCe" in ASCII. See {@link https://www.sqlite.org/pragma.html#pragma_application_id}. */
const applicationId = 0x46694365;

/** All that the emulator remembers, in one SQLite database: in memory, or in a file. */
export interface State {
  readonly settings: SettingsTable;
  readonly applications: ApplicationTable;
  readonly subscriptions: SubscriptionTable;
  readonly deliveries: DeliveryTable;
  readonly attempts: AttemptTable;
  readonly history: HistoryTable;
  readonly quotas: QuotaTable;
  /** Runs the work so that all of it is written, or nothing. Not to be nested. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Forgets subscriptions, deliveries and quotas. Keeps applications and settings, the signing key among them. To be
   * run in a transaction.
   */
  clear(): void;
  close(): void;
}

/**
 * Opens the state, and brings its tables up to date.
 *
 * @param path - The path of the file, made if there is none. Without it the state lives in memory.
 * @throws EmulatorError `state-in-use`, `state-unreadable` or `state-newer`.
 */
export function openState(path?: string): State {
  // Absolute: libsql takes `:memory:`, `file:…` and `http://…` for something else than the name of a file.
  const file = path === undefined ? undefined : resolve(path);
  try {
    if (file !== undefined) createStateFile(file);
    const database = new Database(file ?? ':memory:');
    try {
      refuseForeign(database, file);
      refuseNewer(database, file);
    } catch (error) {
      database.close();
      throw error;
    }
    try {
      takeOver(database);
      return createState(database);
    } catch (error) {
      release(database);
      throw error;
    }
  } catch (error) {
    throw error instanceof EmulatorError ? error : explain(error, file);
  }
}

function createState(database: Database.Database): State {
  const state: State = {
    settings: new SettingsTable(database),
    applications: new ApplicationTable(database),
    subscriptions: new SubscriptionTable(database),
    deliveries: new DeliveryTable(database),
    attempts: new AttemptTable(database),
    history: new HistoryTable(database),
    quotas: new QuotaTable(database),
    transaction: (work) => {
      try {
        return runTransaction(database, work);
      } catch (error) {
        state.subscriptions.forget();
        throw error;
      }
    },
    clear: () => {
      database.exec(clearing);
      state.subscriptions.forget();
    },
    close: () => release(database),
  };
  state.deliveries.recoverSending();
  return state;
}

/** Deliveries are numbered from 1 again; the ids of subscriptions are never used twice. */
const clearing = `DELETE FROM subscriptions; DELETE FROM deliveries; DELETE FROM attempts; DELETE FROM quotas;
  DELETE FROM sqlite_sequence WHERE name = 'deliveries';`;

/** Makes the file ours, alone, and brings its tables up to date. */
function takeOver(database: Database.Database): void {
  // A second emulator on the same file would send every delivery twice.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  // A killed process loses nothing; only a power cut may cost the last moments, and then the file is still sound.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  upgrade(database);
}

/**
 * Closes the file, and gives it free. Without the steps before it would stay locked until the statements are collected
 * as garbage. See {@link https://github.com/tursodatabase/libsql-js/issues/228}; and an exclusive lock ends only outside of
 * WAL mode: {@link https://www.sqlite.org/pragma.html#pragma_locking_mode}.
 */
function release(database: Database.Database): void {
  if (!database.open) return;
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_master');
  } catch {
    // On a full disk the log cannot be merged into the file: it is read when the file is opened again.
  }
  database.close();
}

/** A database of somebody else is left as it is. */
function refuseForeign(database: Database.Database, file: string | undefined): void {
  const isOurs = readNumber(database, 'application_id') === applicationId;
  const tables = database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').all();
  if (isOurs || tables.length === 0) return;
  throw new EmulatorError(
    'state-unreadable',
    `${file} is a database of another program, which is left as it is. Give the path of a file that an emulator wrote, or of one that does not exist yet.`,
    { field: 'state' },
  );
}

function readNumber(database: Database.Database, pragma: 'application_id' | 'user_version'): number {
  const [row] = database.pragma(pragma) as Record<string, number>[];
  return row?.[pragma] ?? 0;
}

function refuseNewer(database: Database.Database, file: string | undefined): void {
  if (readNumber(database, 'user_version') <= schemaSteps.length) return;
  throw new EmulatorError(
    'state-newer',
    `${file} was written by a newer version of the emulator. Update this one, or give another file.`,
    { field: 'state' },
  );
}

function upgrade(database: Database.Database): void {
  const version = readNumber(database, 'user_version');
  runTransaction(database, () => {
    for (const step of schemaSteps.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaSteps.length}`);
  });
}

function runTransaction<Result>(database: Database.Database, work: () => Result): Result {
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // On a full disk SQLite has undone everything by itself.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function explain(error: unknown, file: string | undefined): EmulatorError {
  const { code, message } = error as { code?: unknown; message: string };
  if (code === 'SQLITE_BUSY') {
    return new EmulatorError(
      'state-in-use',
      `${file} is in use. Probably another emulator runs on it: stop that one, or give another file.`,
      { field: 'state', cause: error },
    );
  }
  const what = message.startsWith('ConnectionFailed') ? 'it can be neither opened nor made' : message;
  return new EmulatorError(
    'state-unreadable',
    `${file} cannot be used as state: ${what}. Give the path of a file that an emulator wrote, or of one that does not exist yet in a folder you may write to.`,
    { field: 'state', cause: error },
  );
}
