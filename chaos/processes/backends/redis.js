import { bullmqInbox } from '@fic-webhooks/bullmq';
import { handleInPostgres } from './effects-in-postgres.js';

/**
 * @param {{ url: string, effects?: string }} connection
 */
export async function openBackend({ url, effects }) {
  return {
    inbox: bullmqInbox({ connection: url }),
    transactional: effects === undefined ? undefined : handleInPostgres(effects),
  };
}
