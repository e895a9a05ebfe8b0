import type { Server } from 'node:http';
import { createFetchHandler } from '@fic-webhooks/fetch';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { listen } from './listen.js';
import { testAdapter } from './test-adapter.js';

testAdapter(
  'Request and Response, in Hono',
  async (receiver) => {
    const webhook = createFetchHandler(receiver);
    const app = new Hono();
    app.all('/webhooks/fic', (context) => webhook(context.req.raw));
    return listen(createAdaptorServer(app) as Server, '/webhooks/fic');
  },
  [
    // Headers joins repeated fields with a comma (https://fetch.spec.whatwg.org/#concept-header-list-combine).
    'binding: ce-id repeated',
    'challenge: header repeated',
    'token: two Authorization headers',
    // The server leaves out the length that the body would have.
    'method: HEAD',
    'method: HEAD with a genuine token',
  ],
);
