import type { Logger } from '@fic-webhooks/core';
import type { RedisConnection } from './redis-connection.js';

/**
 * Says so when Redis deletes keys to make room: a claim that is evicted lets two processes handle one event at once.
 *
 * INFO and not CONFIG GET, which managed services refuse.
 */
export async function warnOfEviction(connection: RedisConnection, logger: Logger): Promise<void> {
  const memory = await connection.inform('memory');
  const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(memory)?.[1];
  const limit = /^maxmemory:(\d+)/m.exec(memory)?.[1];
  // Without a limit nothing is ever evicted, whatever the policy.
  if (policy === undefined || policy === 'noeviction' || limit === '0') return;
  logger.warn(
    `[fic-webhooks] store-evicts: Redis deletes keys when its memory is full (maxmemory-policy ${policy}). An event whose ` +
      'key is deleted is handled again, perhaps at the same time. Set maxmemory-policy to noeviction, or give the store ' +
      'a Redis of its own.',
  );
}
