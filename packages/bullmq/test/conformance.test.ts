import type { Inbox } from '@fic-webhooks/core';
import { inboxConformanceCaseNames, runInboxConformance } from '@fic-webhooks/testing';
import { expect } from 'vitest';
import { bullmqInbox } from '../src/index.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startRedis } from './support/start-redis.js';

const allPass = inboxConformanceCaseNames.map((name) => ({ name, result: 'pass' }));
const outcomes = (results: readonly { name: string; result: string; why?: string }[]) =>
  results.map(({ name, result, why }) => (result === 'pass' ? { name, result } : { name, result, why }));

redisTest('the inbox in Redis conforms', { timeout: 180_000 }, async () => {
  const { url, admin } = await startRedis();
  const queues = new Map<Inbox, string>();
  const open = (queue: string) => {
    const inbox = bullmqInbox({ connection: url, queue });
    queues.set(inbox, queue);
    return inbox;
  };
  let made = 0;
  const results = await runInboxConformance({
    createInbox: () => open(`q${++made}`),
    reopen: (closed) => open(queues.get(closed) ?? ''),
    expire: async (inbox) => {
      const locks = await admin.keys(`bull:${queues.get(inbox)}:*:lock`);
      if (locks.length > 0) await admin.del(locks);
    },
  });
  expect(outcomes(results)).toEqual(allPass);
});

postgresTest('the inbox in PostgreSQL conforms', { timeout: 180_000 }, async () => {
  const { url, admin } = await startPostgres();
  const queues = new Map<Inbox, string>();
  const open = (queue: string) => {
    const inbox = bullmqInbox({ connection: url, queue });
    queues.set(inbox, queue);
    return inbox;
  };
  let made = 0;
  const results = await runInboxConformance({
    createInbox: () => open(`q${++made}`),
    reopen: (closed) => open(queues.get(closed) ?? ''),
    // Without the token, too: BullMQ lets the owner renew a lock that has run out until somebody takes it.
    expire: (inbox) =>
      admin.query(
        `UPDATE bullmq.job SET locked_until_ms = 1, lock_token = 'x' WHERE queue = $1 AND state = 'active'`,
        [queues.get(inbox)],
      ),
  });
  expect(outcomes(results)).toEqual(allPass);
});
