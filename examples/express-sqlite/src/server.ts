import { once } from 'node:events';
import { createServer } from 'node:http';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { prepareInvoices } from './invoices.js';
import { type Lifecycle, shutDownOnSignal } from './lifecycle.js';
import { createWebhookReceiver } from './receiver.js';

start().catch((error: Error & { code?: string }) => {
  // An error with a code says what is wrong with the environment. A stack is for what nobody foresaw.
  console.error(error.code ? `The app cannot start: ${error.message}` : error);
  process.exit(1);
});

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const inbox = sqliteInbox({ file: config.file });
  // Before there are handlers: as soon as there are, they work on what the last run has left.
  await prepareInvoices(inbox);
  const receiver = createWebhookReceiver(config, inbox);
  const lifecycle: Lifecycle = { draining: false };
  const server = createServer(createApp({ receiver, inbox, lifecycle }));
  // Before the first handler runs, which does not wait until the app listens: a signal that finds nobody waiting for it ends the
  // process in the midst of it.
  shutDownOnSignal({ server, receiver, lifecycle, drainDelay: config.drainDelay });
  try {
    // Stops the start when the file cannot keep what it is given.
    await receiver.ready();
    await once(server.listen(config.port), 'listening');
    console.log(`listening on port ${config.port}, sink ${config.sink}, as process ${process.pid}`);
  } catch (error) {
    // What a shutdown has closed under the start is no failure of it, and the end of the process is up to the shutdown.
    if (lifecycle.draining) return;
    // Handlers may run already. What they cannot finish is given back, and does not count as a crash.
    await receiver.close({ deadline: 15_000 });
    throw error;
  }
}
