import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisStoreConnection } from './redis-store-options.js';

/** A client, and whose it is. */
export interface OpenedClient {
  readonly client: Redis | Cluster;
  /** Made here, and to be closed here. */
  readonly own: boolean;
  /** What to call it in messages: never with a password. */
  readonly place: string;
}

/** What may be chosen otherwise. */
const defaults: RedisOptions = {
  connectTimeout: 2_000,
  // After so much silence a connection is given up, and another is made.
  socketTimeout: 5_000,
  // Else a process that ends while Redis is away lives on for two seconds.
  disconnectTimeout: 200,
  // A store that is back shall be used again within a second.
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  // After a failover the name of the primary may lead to another machine.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
  connectionName: 'fic-webhooks',
};

/**
 * What must be so. A command that nobody waits for any more must not be sent later: a claim would stand with nobody
 * behind it. And commands must be rejected when their connection breaks.
 */
const musts = {
  replyMapping: 'legacy',
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  enableAutoPipelining: false,
} satisfies RedisOptions;

/** Makes a client that connects when it is first used, or takes the one that is given. */
export function openClient(connection: RedisStoreConnection): OpenedClient {
  if (isClient(connection)) {
    return { client: connection, own: false, place: describePlace(connection) };
  }
  const client =
    typeof connection === 'string'
      ? new Redis(connection, { ...defaults, ...musts })
      : new Redis({ ...defaults, ...connection, ...musts });
  return { client, own: true, place: describePlace(client) };
}

// Not by class: it may be of another copy of ioredis.
function isClient(connection: RedisStoreConnection): connection is Redis | Cluster {
  return (
    typeof connection === 'object' && 'evalsha' in connection && typeof connection.evalsha === 'function'
  );
}

function describePlace(client: Redis | Cluster): string {
  if (client.isCluster) return 'The Redis cluster';
  const { path, host, port, sentinels, name } = client.options as RedisOptions;
  if (sentinels) return `Redis ${name ?? ''} behind Sentinel`;
  return `Redis at ${path ?? `${host}:${port}`}`;
}
