import { randomUUID } from 'node:crypto';
import { createPostgresBackend, Queue } from 'bullmq';

/** @import { NewInboxItem } from '@fic-webhooks/core' */

/**
 * BullMQ alone, adding the same jobs with the same options.
 *
 * @param {string} url
 */
export async function openQueue(url) {
  const name = 'bare';
  const queue = url.startsWith('redis')
    ? new Queue(name, { connection: { url } })
    : new Queue(name, { connection: url }, createPostgresBackend);
  await queue.waitUntilReady();
  return {
    /** @param {NewInboxItem} item */
    add: ({ key, fingerprint, retention, ...data }) =>
      queue.add(
        data.name,
        { v: 1, key, ...data, retention, handled: [], stalledBefore: 0 },
        { jobId: `${fingerprint.slice(0, 32)}-${randomUUID()}`, deduplication: { id: key, ttl: retention } },
      ),
    close: () => queue.close(),
  };
}
