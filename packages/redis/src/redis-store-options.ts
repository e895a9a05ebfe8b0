import type { Logger } from '@fic-webhooks/core';
import type { Cluster, Redis, RedisOptions } from 'ioredis';

/**
 * Where Redis is: a `redis://` or `rediss://` URL, options of ioredis, or a client of ioredis.
 *
 * For a URL and for options the store opens a connection of its own at the first claim, and closes it. A client that is
 * given stays the caller's: it is used as it is, and not closed.
 */
export type RedisStoreConnection = string | RedisOptions | Redis | Cluster;

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** Where Redis is. Required. */
  connection: RedisStoreConnection;
  /**
   * What the names of all keys begin with. Default `fic-webhooks:`. Give each application and each environment that
   * shares a Redis its own.
   */
  prefix?: string;
  /** Milliseconds within which Redis must answer, connecting included. Default 1,000. */
  answerWithin?: number;
  /** Told once when Redis may evict what the store remembers. Default `console`; `false` silences. */
  logger?: Logger | false;
}
