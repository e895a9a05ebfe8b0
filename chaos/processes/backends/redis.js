import { bullmqInbox } from '@fic-webhooks/bullmq';
import { handleInPostgres } from './effects-in-postgres.js';

/**
 * @param {{ url: string, effects?: string }} connection
 */
export async function openBackend({ url, effects }) {
  return {
    // Short, so that each end of a job clears away older ones.
    inbox: bullmqInbox({ connection: url, keepCompleted: 1_000 }),
    transactional: effects === undefined ? undefined : handleInPostgres(effects),
  };
}
