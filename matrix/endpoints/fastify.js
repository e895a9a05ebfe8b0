import { ficWebhooks } from '@fic-webhooks/fastify';
import fastify from 'fastify';
import { options, path, port, serveControl } from './settings.js';

const app = fastify({ requestTimeout: 60_000 });
await app.register(ficWebhooks, { ...options, prefix: path });
await app.listen({ port, host: '127.0.0.1' });
serveControl();
