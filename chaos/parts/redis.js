import { bullmqInbox } from '@fic-webhooks/bullmq';
import { postgresIsMissing } from '../../scripts/stores/find-postgres.js';
import { startPostgres } from '../../scripts/stores/start-postgres.js';
import { redisIsMissing, startRedis } from '../../scripts/stores/start-redis.js';
import { createEffects } from '../services/create-effects.js';
import { makeFaults } from '../services/make-faults.js';
import { bullmqSlots } from './bullmq-slots.js';
import { readInbox } from './read-inbox.js';

/** BullMQ over Redis: two applications that receive, two that work. */
/** @type {import('./part.js').Part} */
export const redis = {
  name: 'redis',
  title: 'Redis',
  libraries: ['ioredis'],
  missing: redisIsMissing,
  slots: bullmqSlots,
  migrates: false,
  async open() {
    const server = await startRedis();
    // Redis has no transactions to put effects into: those of this part go to PostgreSQL, where there is one.
    const database = postgresIsMissing() === undefined ? await startPostgres() : undefined;
    const countEffects = database === undefined ? async () => new Map() : await createEffects(database.url);
    const inbox = bullmqInbox({ connection: server.url });
    await inbox.ready();
    return {
      connection: { url: server.url, effects: database?.url },
      transactional: database !== undefined,
      faults: makeFaults('Redis', server),
      ...readInbox(inbox),
      // Redis does one thing after the other, and waits for the disk itself: a look waits for that as well.
      probe: () => inbox.health(),
      countEffects,
      close: async () => {
        await inbox.close();
        await server.stop();
        await database?.stop();
      },
    };
  },
};
