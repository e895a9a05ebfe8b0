import { createApp } from './app.js';
import { readConfig } from './config.js';
import { type Lifecycle, shutDownOnSignal } from './lifecycle.js';
import { createWebhookReceiver } from './receiver.js';

const config = readConfig(process.env);
const receiver = createWebhookReceiver(config);
const lifecycle: Lifecycle = { draining: false };
const app = await createApp(receiver, lifecycle);

// Before it listens: a signal that finds nobody waiting for it ends the process at once, and what is in flight is lost.
shutDownOnSignal({ app, receiver, lifecycle, drainDelay: config.drainDelay });

// By default Fastify listens on localhost only, where no container is reached.
await app.listen({ port: config.port, host: '0.0.0.0' });
console.log(`listening on port ${config.port}, sink ${config.sink}`);
