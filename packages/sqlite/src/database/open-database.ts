import { realpathSync, statSync } from 'node:fs';
import { checkFolder, notDurable } from './check-folder.js';
import { connect } from './connect.js';
import { type Connection, readPragma } from './connection.js';
import { migrate } from './migrate.js';
import { refuseForeign } from './refuse-foreign.js';
import { schemaSteps } from './schema.js';
import { describeFailure, StoreError } from './store-error.js';

/**
 * Files up to this size are looked through before they are used, which takes some hundredths of a second. Larger ones only
 * after damage has been met in them.
 */
const lookedThrough = 32 * 1024 * 1024;
/** Pages after which a commit copies the log into the file by itself. A backstop: another thread does so long before. */
const backstop = 50_000;
/** The log is cut to this size in bytes once it has been copied. Below it is written over, which is cheaper than growing. */
const largestLog = 64 * 1024 * 1024;
/** Kibibytes of pages to keep, at most: the inner pages of the indexes of some million events. */
const cache = 16_000;

/** How to open the file. */
export interface OpenOptions {
  /** An absolute path: libsql takes `:memory:`, `file:…` and `http://…` for something else than the name of a file. */
  readonly file: string;
  readonly durable: boolean;
  /** Whether it was refused before for what it is. */
  readonly refused?: boolean;
}

/**
 * Opens the file for writing, checks that it is ours, intact and durable, and brings its tables up to date. A file that
 * is refused is left as it is.
 *
 * @throws StoreError `inbox-not-durable`, `inbox-corrupt`, `inbox-schema-newer`, and what can pass: `inbox-locked`,
 * `inbox-full`, `inbox-unreachable`.
 */
export function openDatabase({ file, durable, refused = false }: OpenOptions): Connection {
  let connection: Connection | undefined;
  try {
    if (durable) checkFolder(file);
    if (refused) refuseMissing(file);
    connection = connect(file);
    refuseForeign(connection, file);
    refuseNewer(connection, file);
    refuseDamaged(connection, file, refused);
    setUp(connection, file, durable);
    migrate(connection, schemaSteps);
    return connection;
  } catch (error) {
    connection?.close();
    throw error instanceof StoreError ? error : new StoreError(describeFailure(error, file));
  }
}

function refuseNewer(connection: Connection, file: string): void {
  const version = Number(readPragma(connection, 'user_version'));
  if (version <= schemaSteps.length) return;
  throw new StoreError({
    code: 'inbox-schema-newer',
    message: `${file} was written by a newer version of @fic-webhooks/sqlite (schema ${version}, this one knows ${schemaSteps.length}). It is left as it is: update the package, or give another file.`,
    final: true,
  });
}

/** Somebody is mending a file that was refused: what a new one took meanwhile would be lost when the mended one comes. */
function refuseMissing(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  throw new StoreError({
    code: 'inbox-corrupt',
    message: `${file} was refused, and is gone or empty now. Put the mended file in its place; to begin with a new one, start again without a file.`,
    final: true,
  });
}

function refuseDamaged(connection: Connection, file: string, refused: boolean): void {
  const finding = isCut(connection, file) ? 'its end is missing' : lookThrough(connection, file, refused);
  if (finding === 'ok') return;
  throw new StoreError({
    code: 'inbox-corrupt',
    message: `${file} is damaged: ${finding}. It is left as it is: put it aside, restore it from a backup or recover it with '.recover' of the sqlite3 command, or give another file.`,
    final: true,
  });
}

/** SQLite sees this by itself only where the header of the file is the latest word on its size. */
function isCut(connection: Connection, file: string): boolean {
  const pages = Number(readPragma(connection, 'page_count'));
  // Pages that are missing may be in the log, which lies beside the file itself, not beside a link to it. It is looked at
  // after the pages: what they were counted in has been copied by the time when there is no log.
  const log = `${realpathSync(file)}-wal`;
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  return statSync(file).size < pages * Number(readPragma(connection, 'page_size'));
}

function lookThrough(connection: Connection, file: string, refused: boolean): string {
  if (statSync(file).size > lookedThrough && !refused) return 'ok';
  return String(readPragma(connection, 'quick_check(1)'));
}

function setUp(connection: Connection, file: string, durable: boolean): void {
  const mode = readPragma(connection, 'journal_mode = WAL');
  connection.exec(
    `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${backstop};
     PRAGMA journal_size_limit = ${largestLog}; PRAGMA cache_size = -${cache}`,
  );
  if (!durable) return;
  // Read back: both can be refused without an error.
  if (mode !== 'wal' || readPragma(connection, 'journal_mode') !== 'wal') {
    throw notDurable(
      `${file} cannot be switched to journal_mode WAL; it is ${String(mode)}. Probably its file system has no shared memory: give a file on a local disk, or set durability to 'relaxed'.`,
    );
  }
  const synchronous = Number(readPragma(connection, 'synchronous'));
  if (synchronous >= 2) return;
  throw notDurable(
    `PRAGMA synchronous of ${file} is ${synchronous}, not FULL: a power cut could lose what was stored. The SQLite that was loaded seems to be built otherwise: reinstall libsql, or set durability to 'relaxed'.`,
  );
}
