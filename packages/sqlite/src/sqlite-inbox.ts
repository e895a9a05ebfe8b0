import type {
  DeadLetter,
  DeadLetterQuery,
  DeadLetters,
  FicEventHandler,
  Inbox,
  InboxHealth,
  InboxWork,
  InboxWorker,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
} from '@fic-webhooks/core';
import { checkDeadLetterReason, InvalidOptionError } from '@fic-webhooks/core';
import { type ResolvedOptions, resolveOptions, type SqliteInboxOptions } from './sqlite-inbox-options.js';
import { CheckpointSchedule } from './store/checkpoint-schedule.js';
import { readHandled, readPayload } from './store/read-columns.js';
import { readable } from './store/readable.js';
import { StoreClient } from './store/store-client.js';
import type { LetterRow, StoredItem, StoredLetter } from './store/store-operations.js';
import type { SqliteTransaction } from './transactions/sqlite-transaction.js';
import { makeTransactional, type TransactionalHandler } from './transactions/transactional.js';
import { Transactor } from './transactions/transactor.js';
import { SqliteWorker } from './worker/sqlite-worker.js';

/** The inbox of {@link sqliteInbox}. */
export interface SqliteInbox extends Inbox {
  /**
   * A handler whose effect on the file of the inbox happens exactly once: in the transaction that marks it as done. It must be
   * the whole of a registered handler: once it is done, that one does not run again for the event.
   *
   * @throws FicWebhooksError `handler-invalid` without `apply`. The handler fails with `inbox-missing` without this inbox,
   * `inbox-claim-lost`, `transaction-invalid` (a promise, COMMIT, two in one handler), `inbox-locked`, and what `prepare` and
   * `apply` throw.
   *
   * @example
   * ```ts
   * receiver.on('issued_documents.invoices.create', inbox.transactional({
   *   prepare: async (event) => readInvoices(event.ids),
   *   apply: (tx, invoices) => {
   *     for (const { id, number } of invoices) tx.run('INSERT INTO invoices VALUES (?, ?)', [id, number]);
   *   },
   * }));
   * ```
   */
  transactional<P extends string = '*', Prepared = undefined>(
    handler: TransactionalHandler<P, Prepared>,
  ): FicEventHandler<P>;
  /**
   * Runs a synchronous function in one transaction on the file of the inbox: to make tables of your own at the start, or to
   * read them. Names that begin with `fic_webhooks_` are the inbox's own.
   *
   * @returns What the function returns, once it has been committed. When it throws, nothing has happened.
   * @throws FicWebhooksError `transaction-invalid`, `inbox-locked`, `inbox-full`, and what the function throws.
   *
   * @example
   * ```ts
   * await inbox.transaction((tx) => tx.exec('CREATE TABLE IF NOT EXISTS invoices (id INTEGER, number TEXT)'));
   * ```
   */
  transaction<Result>(work: (tx: SqliteTransaction) => Result): Promise<Result>;
}

/**
 * Stores events durably in one SQLite file. Several processes on one machine may use the same file.
 *
 * A thread owns the connection, so that neither a slow disk nor a file that is locked ever holds up the event loop. What
 * arrives while a commit goes on is written in the next one, together.
 *
 * @throws InvalidOptionError `option-invalid`, `option-unknown`.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({ sink, applicationId, inbox: sqliteInbox({ file: 'fic-events.db' }) });
 * ```
 */
export function sqliteInbox(options: SqliteInboxOptions): SqliteInbox {
  return new FileInbox(resolveOptions(options));
}

class FileInbox implements SqliteInbox {
  readonly #options: ResolvedOptions;
  readonly #writer: StoreClient;
  readonly #reader: StoreClient;
  readonly #transactor: Transactor;
  readonly #checkpoints: CheckpointSchedule;
  readonly #workers = new Set<SqliteWorker>();
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    const { file, durable } = options;
    this.#writer = new StoreClient({ role: 'writer', file, durable });
    this.#reader = new StoreClient({ role: 'reader', file, durable });
    this.#transactor = new Transactor(this.#writer, file);
    this.#checkpoints = new CheckpointSchedule(this.#writer, this.#reader);
  }

  async ready(): Promise<void> {
    try {
      await this.#writer.request('open');
    } catch (error) {
      if (this.#closing !== undefined) throw error;
      // The rest passes by itself, and is told to whoever wants something meanwhile.
      if (this.#writer.final !== undefined) throw this.#writer.final;
    }
  }

  async put(item: NewInboxItem): Promise<PutResult> {
    const stored = toStored(item);
    const result = await this.#writer.request('put', stored);
    if (result === 'stored') for (const worker of this.#workers) worker.wake();
    this.#countPayload(stored);
    return result;
  }

  async bury(letter: NewDeadLetter): Promise<void> {
    const stored: StoredLetter = [...toStored(letter), letter.reason, readable(letter.error)];
    await this.#writer.request('bury', stored);
    this.#countPayload(stored);
  }

  #countPayload([, , , payload]: StoredItem | StoredLetter): void {
    this.#checkpoints.count(payload.length);
  }

  work(work: InboxWork): InboxWorker {
    const worker: SqliteWorker = new SqliteWorker({
      client: this.#writer,
      work,
      pollInterval: this.#options.pollInterval,
      onClaim: (items) => this.#checkpoints.count(0, 2 * items),
      onEnd: () => this.#workers.delete(worker),
    });
    this.#workers.add(worker);
    return worker;
  }

  readonly deadLetters: DeadLetters = {
    list: async (query = {}) => {
      checkQuery(query);
      const letters = await this.#read(() => this.#reader.request('list', query));
      return letters.map(toLetter);
    },
    retry: async (key) => {
      const found = await this.#writer.request('retry', String(key));
      if (found) for (const worker of this.#workers) worker.wake();
      return found;
    },
    discard: (key) => this.#writer.request('discard', String(key)),
  };

  health(): Promise<InboxHealth> {
    return this.#read(() => this.#reader.request('health'));
  }

  /** The reading thread changes nothing: the writing one must have made the tables, and found the file to be ours. */
  async #read<Result>(read: () => Promise<Result>): Promise<Result> {
    await this.#writer.request('open');
    return read();
  }

  transactional<P extends string = '*', Prepared = undefined>(
    handler: TransactionalHandler<P, Prepared>,
  ): FicEventHandler<P> {
    return makeTransactional(this.#transactor, handler);
  }

  transaction<Result>(work: (tx: SqliteTransaction) => Result): Promise<Result> {
    return this.#transactor.run(work);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#checkpoints.close();
    await Promise.all([...this.#workers].map((worker) => worker.stop({ deadline: 0 })));
    const writing = this.#writer;
    await this.#reader.close();
    // The writer is the last: it copies the log into the file.
    const idle = this.#transactor.idle().then(() => this.#transactor.close());
    await writing.close();
    await idle;
  }
}

function toStored({ key, fingerprint, name, payload, receivedAt, retention }: NewInboxItem): StoredItem {
  const json = JSON.stringify(payload);
  return [key, fingerprint, readable(name), json, Math.round(receivedAt), Math.ceil(retention)];
}

function toLetter({ payload, handled, ...letter }: LetterRow): DeadLetter {
  return {
    ...letter,
    payload: readPayload(payload),
    handled: readHandled(handled),
  };
}

/** Here, before a thread sees them: a boolean ends the whole process in the driver. */
function checkQuery({ reason, limit = 100, after }: DeadLetterQuery): void {
  checkDeadLetterReason(reason);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidOptionError(
      'option-invalid',
      'limit',
      `limit is ${String(limit)}. Give a whole number from 1 to 1,000.`,
    );
  }
  if (after !== undefined && typeof after !== 'string') {
    throw new InvalidOptionError('option-invalid', 'after', 'after is not the key of a dead letter.');
  }
}
