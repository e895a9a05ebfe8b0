import { createServer } from 'node:http';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { prepareInvoices } from './invoices.js';
import { type Lifecycle, shutDownOnSignal } from './lifecycle.js';
import { createWebhookReceiver } from './receiver.js';

const config = readConfig(process.env);
const inbox = sqliteInbox({ file: config.file });
// Before there are handlers: as soon as there are, they work on what the last run has left.
await prepareInvoices(inbox);
const receiver = createWebhookReceiver(config, inbox);
// Stops the start when the file cannot keep what it is given.
await receiver.ready();

const lifecycle: Lifecycle = { draining: false };
const server = createServer(createApp({ receiver, inbox, lifecycle }));
server.listen(config.port, () => {
  console.log(`listening on port ${config.port}, sink ${config.sink}`);
});
shutDownOnSignal({ server, receiver, lifecycle, drainDelay: config.drainDelay });
