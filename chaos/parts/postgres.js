import { bullmqInbox } from '@fic-webhooks/bullmq';
import { postgresIsMissing } from '../../scripts/stores/find-postgres.js';
import { startPostgres } from '../../scripts/stores/start-postgres.js';
import { createEffects } from '../services/create-effects.js';
import { makeFaults } from '../services/make-faults.js';
import { probePostgres } from '../services/probe-postgres.js';
import { bullmqSlots } from './bullmq-slots.js';
import { readInbox } from './read-inbox.js';

/** BullMQ over PostgreSQL: two applications that receive, two that work. */
/** @type {import('./part.js').Part} */
export const postgres = {
  name: 'postgres',
  title: 'PostgreSQL',
  libraries: ['pg'],
  missing: postgresIsMissing,
  slots: bullmqSlots,
  migrates: true,
  async open({ migrate }) {
    const server = await startPostgres();
    const countEffects = await createEffects(server.url);
    await migrate({ url: server.url });
    const inbox = bullmqInbox({ connection: server.url });
    await inbox.ready();
    const probe = await probePostgres(server.url);
    return {
      connection: { url: server.url, effects: server.url },
      transactional: true,
      faults: makeFaults('PostgreSQL', server),
      ...readInbox(inbox),
      probe: probe.write,
      countEffects,
      close: async () => {
        await probe.stop();
        await inbox.close();
        await server.stop();
      },
    };
  },
};
