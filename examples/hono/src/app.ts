import { createFetchHandler, type FicReceiver } from '@fic-webhooks/fetch';
import { Hono } from 'hono';
import type { Lifecycle } from './lifecycle.js';

/** The routes of the app. */
export function createApp(receiver: FicReceiver, lifecycle: Lifecycle): Hono {
  const webhook = createFetchHandler(receiver);
  const app = new Hono();

  // While the app shuts down, every answer asks the client to leave the connection.
  app.use(async (c, next) => {
    await next();
    if (lifecycle.draining) c.header('connection', 'close');
  });

  app.get('/live', (c) => c.text('ok'));

  app.get('/ready', (c) => (lifecycle.draining ? c.text('draining', 503) : c.text('ok')));

  // All methods: the sink is verified with a GET, and events come with POST.
  app.all('/webhooks/fic', (c) => webhook(c.req.raw));

  // The rest of your app. What answers for everything, such as csrf(), bodyLimit() or a guard, stands here and not above.
  return app;
}
