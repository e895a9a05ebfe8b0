import { type FicReceiver, ficWebhooks } from '@fic-webhooks/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Lifecycle } from './lifecycle.js';

/** The routes of the app. */
export async function createApp(receiver: FicReceiver, lifecycle: Lifecycle): Promise<FastifyInstance> {
  // Without a requestTimeout a sender may take all the time in the world.
  const app = Fastify({ logger: { level: 'warn' }, requestTimeout: 30_000 });

  // While the app shuts down, every answer asks the client to leave the connection.
  app.addHook('onRequest', async (_request, reply) => {
    if (lifecycle.draining) reply.header('connection', 'close');
  });

  app.get('/live', async () => 'ok');

  app.get('/ready', async (_request, reply) => {
    reply.code(lifecycle.draining ? 503 : 200);
    return lifecycle.draining ? 'draining' : 'ok';
  });

  await app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });

  // The rest of your app, in a scope of its own: guards and limiters that are added in here do not reach the webhook.
  await app.register(async (_scope) => {});
  return app;
}
