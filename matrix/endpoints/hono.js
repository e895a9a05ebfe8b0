import { createFetchHandler } from '@fic-webhooks/fetch';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { options, path, port, serveControl } from './settings.js';

const webhook = createFetchHandler(options);
const app = new Hono();
app.all(path, (context) => webhook(context.req.raw));
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, serveControl);
