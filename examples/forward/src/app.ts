import { type FicReceiver, ficWebhooks } from '@fic-webhooks/express';
import express, { type Express } from 'express';
import type { Lifecycle } from './lifecycle.js';

/** The routes of the app. */
export function createApp(receiver: FicReceiver, lifecycle: Lifecycle): Express {
  const app = express();
  app.disable('x-powered-by');

  // While the app shuts down, every answer asks the client to leave the connection.
  app.use((_req, res, next) => {
    if (lifecycle.draining) res.set('connection', 'close');
    next();
  });

  app.get('/live', (_req, res) => {
    res.send('ok');
  });

  app.get('/ready', (_req, res) => {
    res.status(lifecycle.draining ? 503 : 200).send(lifecycle.draining ? 'draining' : 'ok');
  });

  app.use('/webhooks/fic', ficWebhooks(receiver));
  return app;
}
