/**
 * A process under test: an application that receives, one that works, or one that does both. What it is told stands in the
 * environment variable CHAOS_PROCESS.
 *
 * @typedef {object} ProcessOptions
 * @property {string} backend A file of `backends`.
 * @property {Record<string, any>} connection What the backend needs.
 * @property {string} publicKey
 * @property {string} socketPath Of the ledger.
 * @property {number} [port] Receives there.
 * @property {boolean} works
 */
import { createServer } from 'node:http';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { connectLedger } from '../ledger/connect-ledger.js';
import * as settings from '../settings.js';
import { watchStalls } from '../supervise/watch-stalls.js';
import { handleEvents } from './handle-events.js';

/** @type {ProcessOptions} */
const options = JSON.parse(process.env['CHAOS_PROCESS'] ?? '{}');
const ledger = await connectLedger(options.socketPath);

/** @type {typeof import('./backends/sqlite.js')} */
const { openBackend } = await import(`./backends/${options.backend}.js`);
const { inbox, transactional } = await openBackend(/** @type {any} */ (options.connection));

const receiver = createReceiver({
  sink: settings.sink,
  applicationId: settings.applicationId,
  publicKeys: options.publicKey,
  inbox,
  worker: options.works ? settings.worker : false,
  logger: false,
  onAlert: ({ code, message }) => void ledger.keep({ is: 'alert', code, message, pid: process.pid }),
});
if (options.works) handleEvents(receiver, { ledger, ...(transactional !== undefined && { transactional }) });

let isClosing = false;
if (options.port !== undefined) {
  await new Promise((resolve) =>
    createServer(createNodeHandler(receiver)).listen(options.port, '127.0.0.1', () => resolve(undefined)),
  );
}
if (options.works) {
  // Its database may be away just now: then it works as soon as it is back, unless it has been closed by then.
  receiver.work().catch((error) => {
    if (!isClosing) throw error;
  });
}
watchStalls((stall) => void ledger.keep({ is: 'stopped', pid: process.pid, ...stall }));
process.send?.({ is: 'ready' });
process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message !== 'close') return;
  isClosing = true;
  void ledger.keep({ is: 'closing', pid: process.pid });
  await receiver.close({ deadline: settings.closeWithin });
  process.exit();
});
