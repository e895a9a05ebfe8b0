import { type IQueueBackend, type PostgresConnection, PostgresQueueBackend, type Processor } from 'bullmq';
import type { ActiveJob, BuriedJob, Engine, JobCounts, Position, SearchPart } from '../engine.js';
import type { JobData } from '../job-data.js';
import {
  type BullmqWorkerOptions,
  type InboxBullmqWorker,
  type InboxQueue,
  openQueue,
  openWorker,
} from '../open-bullmq.js';
import type { ResolvedOptions } from '../resolve-options.js';
import { checkPostgres } from './check-postgres.js';
import { describePostgres, openPostgres } from './open-postgres.js';
import {
  countJobsQuery,
  discardQuery,
  failedReasonsQuery,
  findActiveQuery,
  findFailedQuery,
  giveBackQuery,
  insertFailedQuery,
  listFailedQuery,
  lockKeyQuery,
  oldestDueQuery,
  removeCompletedQuery,
  removeKeysQuery,
  saveActiveQuery,
  saveFailedQuery,
  takeKeyQuery,
} from './postgres-queries.js';
import { prepareSchema } from './prepare-schema.js';

type Options = Extract<ResolvedOptions, { backend: 'postgres' }>;

/** Rows that are removed in one step, which must end in time. */
const rowsInBatch = 1_000;

/** So many steps at once: what is left comes the next time. */
const mostBatches = 200;

/** Milliseconds. It is shorter where completed jobs are kept for less. */
const longestTidyInterval = 60_000;

/** BullMQ on PostgreSQL. */
export class PostgresEngine implements Engine {
  // BullMQ would look for old ones at the end of each job, which then wait for each other and for its look for dead processes.
  readonly removeOnComplete: boolean;
  readonly renewedAtOnce = 1;
  readonly stalledInterval = 3_000;
  readonly tidyInterval: number;
  onLost: (() => void) | undefined;
  readonly place: string;
  readonly #options: Options;
  #opened: PostgresConnection | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { keepCompleted } = options;
    this.removeOnComplete = keepCompleted === 0;
    this.tidyInterval = this.removeOnComplete
      ? longestTidyInterval
      : Math.min(longestTidyInterval, keepCompleted * 1_000);
    this.place = describePostgres(options.connection);
  }

  async check(): Promise<void> {
    const { pool } = this.#connection();
    const { schema, migrate, strict } = this.#options;
    await prepareSchema(pool, { schema, migrate, place: this.place });
    if (strict) await checkPostgres(pool, schema, this.place);
  }

  async openQueue(): Promise<InboxQueue> {
    const connection = this.#connection();
    try {
      return await openQueue(
        this.#options.queue,
        (name, options) => new PostgresQueueBackend(connection, name, { ...options, connection: {} }, false),
      );
    } catch (error) {
      // BullMQ remembers for good that the first query failed.
      this.#opened = undefined;
      connection.close().catch(() => {});
      throw error;
    }
  }

  openWorker(processor: Processor<JobData>, options: BullmqWorkerOptions): Promise<InboxBullmqWorker> {
    const { queue, connection, schema } = this.#options;
    const opened = openPostgres(connection, schema);
    return openWorker(
      queue,
      // The name makes it known to dashboards that list workers.
      (name, given) => new PostgresQueueBackend(opened, name, { ...given, connection: {} }, true, name),
      processor,
      options,
    );
  }

  async measureSkew(): Promise<number> {
    const before = Date.now();
    const { rows } = await this.#connection().pool.query<{ now: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    const after = Date.now();
    const server = rows[0]?.now ?? before;
    if (server < before) return before - server;
    return server > after ? after - server : 0;
  }

  async saveData(id: string, held: { token: string } | 'failed', data: JobData): Promise<boolean> {
    const { queue } = this.#options;
    const json = JSON.stringify(data);
    if (held === 'failed') return this.#change(saveFailedQuery, [queue, id, json]);
    return this.#change(saveActiveQuery, [queue, id, json, held.token]);
  }

  async findActive(lockPrefix: string): Promise<readonly ActiveJob[]> {
    const values = [this.#options.queue, lockPrefix];
    return (await this.#connection().pool.query<ActiveJob>(findActiveQuery, values)).rows;
  }

  // BullMQ's own step from active to waiting does not keep the row while it looks at the lock: it would overwrite a completion
  // that is committed in between.
  async giveBack(_backend: IQueueBackend, { id, lock }: ActiveJob): Promise<void> {
    await this.#connection().pool.query(giveBackQuery, [this.#options.queue, id, lock]);
  }

  async bury({ id, name, data, failedReason, stacktrace }: BuriedJob): Promise<void> {
    const { queue } = this.#options;
    const now = Date.now();
    const client = await this.#connection().pool.connect();
    let failure: unknown;
    try {
      await client.query('BEGIN');
      await client.query(lockKeyQuery, [queue, data.key]);
      const taken = await client.query(takeKeyQuery, [
        queue,
        data.key,
        id,
        now,
        now + Math.ceil(data.retention),
      ]);
      if (taken.rowCount === 1) {
        const trace = JSON.stringify(stacktrace);
        await client.query(insertFailedQuery, [
          queue,
          data.key,
          id,
          now,
          name,
          JSON.stringify(data),
          failedReason,
          trace,
        ]);
      }
      await client.query('COMMIT');
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A connection with a failed transaction is not for others.
      client.release(failure !== undefined);
    }
  }

  async discard(id: string, { key, retention }: JobData): Promise<boolean> {
    return this.#change(discardQuery, [this.#options.queue, key, id, Date.now() + Math.ceil(retention)]);
  }

  listFailed(after: Position | undefined, limit: number): Promise<readonly Position[]> {
    return this.#positions(listFailedQuery, [this.#options.queue, after?.at ?? null, after?.id ?? '', limit]);
  }

  async readFailedReasons(ids: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.#connection().pool.query<{ id: string; reason: string | null }>(
      failedReasonsQuery,
      [this.#options.queue, ids],
    );
    const reasons = new Map(rows.map(({ id, reason }) => [id, reason]));
    return ids.map((id) => reasons.get(id) ?? '');
  }

  async findFailed(prefix: string): Promise<SearchPart> {
    return { found: await this.#positions(findFailedQuery, [this.#options.queue, prefix]), next: undefined };
  }

  async countJobs(): Promise<JobCounts> {
    const { pool } = this.#connection();
    const { rows } = await pool.query<Record<string, string>>(countJobsQuery, [this.#options.queue]);
    const { waiting, active, delayed, failed } = rows[0] ?? {};
    return { failed: Number(failed), unfinished: Number(waiting) + Number(active) + Number(delayed) };
  }

  async findOldestDue(): Promise<number | undefined> {
    const { rows } = await this.#connection().pool.query<{ due: string | null }>(oldestDueQuery, [
      this.#options.queue,
      Date.now(),
    ]);
    const due = rows[0]?.due;
    return due === undefined || due === null ? undefined : Number(due);
  }

  async tidy(): Promise<void> {
    const now = Date.now();
    await this.#removeInBatches(removeKeysQuery, now);
    await this.#removeInBatches(removeCompletedQuery, now - this.#options.keepCompleted * 1_000);
  }

  async #removeInBatches(query: string, until: number): Promise<void> {
    const { pool } = this.#connection();
    for (let batch = 0; batch < mostBatches; batch++) {
      const { rowCount } = await pool.query(query, [this.#options.queue, until, rowsInBatch]);
      if ((rowCount ?? 0) < rowsInBatch) return;
    }
  }

  async close(): Promise<void> {
    await this.#opened?.close();
  }

  #connection(): PostgresConnection {
    if (this.#opened !== undefined) return this.#opened;
    this.#opened = openPostgres(this.#options.connection, this.#options.schema);
    this.#opened.on('error', () => this.onLost?.());
    return this.#opened;
  }

  async #change(query: string, values: readonly unknown[]): Promise<boolean> {
    return (await this.#connection().pool.query(query, values)).rowCount === 1;
  }

  async #positions(query: string, values: readonly unknown[]): Promise<readonly Position[]> {
    const { rows } = await this.#connection().pool.query<{ id: string; at: string }>(query, values);
    return rows.map(({ id, at }) => ({ id, at: Number(at) }));
  }
}
