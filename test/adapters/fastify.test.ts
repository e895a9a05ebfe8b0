import { ficWebhooks } from '@fic-webhooks/fastify';
import fastify from 'fastify';
import { testAdapter } from './test-adapter.js';

testAdapter('Fastify', async (receiver) => {
  const app = fastify({ requestTimeout: 10_000 });
  await app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: `${url}/webhooks/fic`, close: () => app.close() };
});
