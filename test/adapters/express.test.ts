import { createServer } from 'node:http';
import { ficWebhooks } from '@fic-webhooks/express';
import express from 'express';
import { listen } from './listen.js';
import { testAdapter } from './test-adapter.js';

testAdapter('Express', async (receiver) => {
  const app = express();
  app.use('/webhooks/fic', ficWebhooks(receiver));
  app.use(express.json());
  return listen(createServer(app), '/webhooks/fic');
});
