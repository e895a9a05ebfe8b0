import { setTimeout as sleep } from 'node:timers/promises';
import { FicWebhooksError } from '@fic-webhooks/core';
import { type Connection, rollBack } from '../database/connection.js';
import { identifyFile } from '../database/identify-file.js';
import { StatementCache } from '../database/statement-cache.js';
import { describeFailure, isBusy } from '../database/store-error.js';
import type { StoreClient } from '../store/store-client.js';
import { FaultWatch } from './fault-watch.js';
import { invalidTransaction } from './invalid-transaction.js';
import { openTransaction } from './open-transaction.js';
import type { SqliteTransaction } from './sqlite-transaction.js';

/** Milliseconds that a transaction waits for the lock of the file. */
const patience = 5_000;

/** Runs what has to be run in the thread of the application, on a connection of its own. */
export class Transactor {
  readonly #client: StoreClient;
  readonly #file: string;
  #connect: ((file: string) => Connection) | undefined;
  #connection: Connection | undefined;
  #statements: StatementCache | undefined;
  #identity: string | undefined;
  /** One after another: there is one connection. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: StoreClient, file: string) {
    this.#client = client;
    this.#file = file;
  }

  /**
   * Runs a function in a transaction. The lock is never waited for in place: the event loop goes on.
   *
   * @throws FicWebhooksError `inbox-locked`, `inbox-full`, `transaction-invalid`; and whatever the function throws.
   */
  run<Result>(work: (tx: SqliteTransaction) => Result, signal?: AbortSignal): Promise<Result> {
    const result = this.#last.then(() => this.#runAlone(work, signal));
    this.#last = result.catch(() => {});
    return result;
  }

  async #runAlone<Result>(work: (tx: SqliteTransaction) => Result, signal?: AbortSignal): Promise<Result> {
    // The file must have been found to be ours before it is touched.
    await this.#client.request('open');
    // The driver is loaded into this thread only where it is needed here.
    this.#connect ??= (await import('../database/connect.js')).connect;
    const until = performance.now() + patience;
    for (;;) {
      signal?.throwIfAborted();
      // Our own thread lets go of the lock for a moment; other processes have to be waited for.
      await this.#pause();
      try {
        if (this.#begin(performance.now() < until)) return this.#transact(work);
      } finally {
        this.#client.resume();
      }
      await sleep(2 + Math.random() * 8);
    }
  }

  /** One that comes when nobody waits for it any more is ended at once, or the thread would stand still for nothing. */
  #pause(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const pause = this.#client.insist('pause', undefined, (error) => {
        isLate = true;
        reject(error);
      });
      pause.then(() => (isLate ? this.#client.resume() : resolve()), reject);
    });
  }

  #begin(mayWait: boolean): boolean {
    try {
      if (this.#identity !== identifyFile(this.#file)) this.close();
      this.#connection ??= this.#open();
      this.#connection.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (isBusy(error) && mayWait) return false;
      throw this.#explain(error);
    }
  }

  #open(): Connection {
    const connection = (this.#connect as (file: string) => Connection)(this.#file);
    // The reading thread copies the log: not this one.
    connection.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
    this.#statements = new StatementCache(connection);
    this.#identity = identifyFile(this.#file);
    return connection;
  }

  #transact<Result>(work: (tx: SqliteTransaction) => Result): Result {
    const connection = this.#connection as Connection;
    const watch = new FaultWatch();
    const { tx, end } = openTransaction(connection, this.#statements as StatementCache, watch);
    try {
      const result = work(tx);
      if (isThenable(result)) {
        // Nobody else will look at how it ends.
        result.then(undefined, () => {});
        throw invalidTransaction(
          'The function returned a promise. It must be synchronous: what has to be waited for belongs before the transaction, in `prepare`.',
        );
      }
      end();
      if (!connection.inTransaction) {
        throw invalidTransaction(
          'The transaction was rolled back by SQLite after an error: let that error pass.',
        );
      }
      watch.run(() => connection.exec('COMMIT'));
      return result;
    } catch (error) {
      end();
      this.#abandon(watch);
      // Anything else is the application's own, whatever it looks like.
      throw watch.has(error) ? this.#explain(error) : error;
    }
  }

  #abandon(watch: FaultWatch): void {
    const connection = this.#connection as Connection;
    try {
      rollBack(connection);
    } finally {
      // After a fault of the disk nobody knows what state the connection is in.
      if (!watch.isEmpty) this.close();
    }
  }

  #explain(error: unknown): unknown {
    if (error instanceof FicWebhooksError) return error;
    const { code, message } = describeFailure(error, this.#file);
    return new FicWebhooksError(code, message, { cause: error });
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#statements = undefined;
    connection?.close();
  }

  /** Resolves once nothing is running. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
