import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { type Lifecycle, shutDownOnSignal } from './lifecycle.js';
import { createWebhookReceiver } from './receiver.js';

const config = readConfig(process.env);
const receiver = createWebhookReceiver(config);
const lifecycle: Lifecycle = { draining: false };
const server = createServer(getRequestListener(createApp(receiver, lifecycle).fetch));

server.listen(config.port, () => {
  console.log(`listening on port ${config.port}, sink ${config.sink}`);
});
shutDownOnSignal({ server, receiver, lifecycle, drainDelay: config.drainDelay });
