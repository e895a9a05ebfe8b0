// node node.js: Hono on @hono/node-server.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createEndpoint } from './endpoint.js';

const answer = createEndpoint(() => process.env);
const app = new Hono().all('*', (c) => answer(c.req.raw, process.env));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
