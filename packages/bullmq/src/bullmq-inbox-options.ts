import type { PostgresPoolConfig } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';

/**
 * Where the queue is: the URL of Redis (`redis:`, `rediss:`) or of PostgreSQL (`postgres:`, `postgresql:`), options of
 * `ioredis`, a client of `ioredis`, options of a `pg` pool, or a `pg` pool.
 *
 * For a URL, for options and for a client of `ioredis` the inbox opens connections of its own, and closes them: a client
 * only tells where Redis is. A pool is used as it is and never ended; its `search_path` must lead to the schema of BullMQ.
 */
export type BullmqInboxConnection = string | RedisOptions | Redis | PostgresPoolConfig | PostgresPool;

/** What is needed of a `pg` pool. Written down here, so that nobody needs the types of `pg`. */
export interface PostgresPool {
  connect(...args: never[]): unknown;
  query(...args: never[]): unknown;
  end(...args: never[]): unknown;
}

/** Options of `bullmqInbox`. All durations are milliseconds. */
export interface BullmqInboxOptions {
  /** Where the queue is. Required. */
  connection: BullmqInboxConnection;
  /** What `connection` leads to. Default: told by a URL, a client or a pool; `redis` for options. */
  backend?: 'redis' | 'postgres';
  /** The name of the queue, as dashboards show it. Default `fic-webhooks`. Give each receiver its own. */
  queue?: string;
  /** What the keys in Redis begin with. Default `bull`, which is BullMQ's. */
  prefix?: string;
  /** The schema of BullMQ's tables in PostgreSQL. Default `bullmq`. */
  schema?: string;
  /**
   * Lets the inbox create and bring up to date BullMQ's tables in PostgreSQL. Default true. When false, run BullMQ's
   * `runMigrations` yourself, with a user who may.
   */
  migrate?: boolean;
  /**
   * `strict`, the default, refuses a store whose settings can lose what has been stored. `relaxed` does not look: after a
   * crash of the store, events that were answered with 202 can be missing.
   */
  durability?: 'strict' | 'relaxed';
  /**
   * How long dashboards show an event after it was handled. Default 3,600,000, an hour; in PostgreSQL 600,000, ten minutes,
   * because BullMQ reads over them there, and up to a minute longer. Redis keeps the last 10,000 at most.
   */
  keepCompleted?: number;
}
