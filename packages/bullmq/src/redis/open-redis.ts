import { FicWebhooksError } from '@fic-webhooks/core';
import type { Redis, RedisOptions } from 'ioredis';
import { isRedisClient } from '../resolve-options.js';

/** What may be chosen otherwise. */
const defaults: RedisOptions = {
  connectTimeout: 1_000,
  // A store that is back shall be used again within a second.
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  // After a failover the name of the primary may lead to another machine.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

/** What must be so: every command ends in time, and none is sent after its caller has been told that it failed. */
const musts = {
  replyMapping: 'legacy',
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 1_100,
  enableAutoPipelining: false,
} satisfies RedisOptions;

/** BullMQ blocks on a connection of a worker for ten seconds at most. */
const workerSilence = 15_000;

/** A client of the inbox's own that connects when it is told to. */
export async function openRedis(connection: string | RedisOptions | Redis): Promise<Redis> {
  if (typeof connection === 'object' && isRedisClient(connection)) return connection.duplicate(musts);
  const { Redis: Client } = await loadIoredis();
  return typeof connection === 'string'
    ? new Client(connection, { ...defaults, ...musts })
    : new Client({ ...defaults, ...connection, ...musts });
}

/** A client for a worker, which may wait: nobody is kept waiting by it. BullMQ makes a second one of it to block on. */
export function openWorkerRedis(client: Redis): Redis {
  return client.duplicate({
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    // https://docs.bullmq.io/guide/connections#maxretriesperrequest
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: workerSilence,
  });
}

/**
 * Resolves when commands can be sent.
 *
 * @throws What the client met, when it does not get through.
 */
export function untilReady(client: Redis): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let trouble: unknown;
    const remember = (error: unknown) => {
      trouble = error;
    };
    const settle = () => {
      client.off('ready', settle).off('close', settle).off('end', settle).off('error', remember);
      if (client.status === 'ready') resolve();
      else reject(trouble ?? new Error('Connection is closed'));
    };
    client.on('ready', settle).on('close', settle).on('end', settle).on('error', remember);
    // What becomes of it is told by the events.
    if (client.status === 'wait' || client.status === 'end') client.connect().catch(() => {});
  });
}

/** What to call it in messages. */
export function describeRedis({ options }: Redis): string {
  if (options.sentinels) return `Redis ${options.name ?? ''} behind Sentinel`;
  return `Redis at ${options.path ?? `${options.host}:${options.port}`}`;
}

async function loadIoredis() {
  try {
    return await import('ioredis');
  } catch (cause) {
    throw new FicWebhooksError(
      'module-missing',
      'The package ioredis could not be loaded. The inbox needs it for Redis: npm install ioredis.',
      { cause },
    );
  }
}
