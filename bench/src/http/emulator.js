import { startEmulator } from '@fic-webhooks/emulator';
import { answerParent } from '../harness/child.js';

/**
 * @typedef {object} EmulatorRequest
 * @property {string} [subscribe] - A sink to subscribe to, for a company of its own.
 * @property {number} [companyId] - The company in which something happens.
 * @property {number} [events] - How often.
 */

/**
 * @typedef {object} EmulatorAnswer
 * @property {number} companyId - Of the newest subscription.
 * @property {number} memory - The resident set, in bytes.
 */

const [state] = process.argv.slice(2);
const fic = await startEmulator({
  ...(state !== undefined && { state }),
  // The welcome events would be counted too.
  behaviour: { welcomeDelay: 86_400_000 },
  logger: false,
});
let companies = 0;

answerParent(async (/** @type {EmulatorRequest} */ { subscribe, companyId, events = 0 }) => {
  if (subscribe !== undefined) {
    await fic.subscribe({ sink: subscribe, companyId: ++companies, types: ['entities.clients.update'] });
  }
  if (companyId !== undefined) {
    for (let id = 1; id <= events; id++) fic.emit({ companyId, type: 'entities.clients.update', ids: [id] });
  }
  return { companyId: companies, memory: process.memoryUsage.rss() };
});
