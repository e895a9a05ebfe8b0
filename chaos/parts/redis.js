import { bullmqInbox } from '@fic-webhooks/bullmq';
import { postgresIsMissing } from '../../scripts/stores/find-postgres.js';
import { createEffects } from '../services/create-effects.js';
import { startPostgres } from '../services/start-postgres.js';
import { hasRedis, startRedis } from '../services/start-redis.js';
import { bullmqSlots } from './bullmq-slots.js';
import { readInbox } from './read-inbox.js';

/** BullMQ over Redis: two applications that receive, two that work. */
/** @type {import('./part.js').Part} */
export const redis = {
  name: 'redis',
  title: 'Redis',
  libraries: ['ioredis'],
  missing: () => (hasRedis() ? undefined : 'redis-server is not installed'),
  slots: bullmqSlots,
  migrates: false,
  async open({ folder }) {
    const server = await startRedis(folder);
    // Redis has no transactions to put effects into: those of this part go to PostgreSQL, where there is one.
    const database = postgresIsMissing() === undefined ? await startPostgres() : undefined;
    const countEffects = database === undefined ? async () => new Map() : await createEffects(database.url);
    const inbox = bullmqInbox({ connection: server.url });
    await inbox.ready();
    return {
      connection: { url: server.url, effects: database?.url },
      transactional: database !== undefined,
      faults: server.faults,
      ...readInbox(inbox),
      countEffects,
      close: async () => {
        await inbox.close();
        await server.stop();
        await database?.stop();
      },
    };
  },
};
