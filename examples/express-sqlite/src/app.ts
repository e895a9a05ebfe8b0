import { type FicReceiver, ficWebhooks } from '@fic-webhooks/express';
import type { SqliteInbox } from '@fic-webhooks/sqlite';
import express, { type Express } from 'express';
import { listInvoices } from './invoices.js';
import type { Lifecycle } from './lifecycle.js';

/** The routes of the app. */
export function createApp(options: {
  receiver: FicReceiver;
  inbox: SqliteInbox;
  lifecycle: Lifecycle;
}): Express {
  const { receiver, inbox, lifecycle } = options;
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

  // With the figures of the inbox: how many events wait and since when, how many dead letters there are.
  app.get('/ready', async (_req, res) => {
    const health = await receiver.health();
    const ready = health.ready && !lifecycle.draining;
    res.status(ready ? 200 : 503).json({ ...health, ready });
  });

  app.use('/webhooks/fic', ficWebhooks(receiver));

  // The rest of your app. express.json() may stand before the webhook too, but its limit of 100 kB then holds for events.
  app.use(express.json());
  app.get('/invoices', async (_req, res) => {
    res.json(await listInvoices(inbox));
  });
  return app;
}
