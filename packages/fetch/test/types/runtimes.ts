// Checked by the compiler and never run: the handler fits where runtimes want one.
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createFetchHandler, createReceiver, type FetchHandler, type FicEvent } from '../../src/index.js';

const options = { sink: 'https://example.com/webhooks/fic', applicationId: 1234 };
const receiver = createReceiver(options);
const handler: FetchHandler = createFetchHandler(receiver);

// Hono, and its server on Node.js.
new Hono().all('/webhooks/fic', (c) => handler(c.req.raw));
new Hono<{ Bindings: Env }>().all('/webhooks/fic', (c) => worker(c.req.raw, c.env, c.executionCtx));
export const server: ServerType = serve({ fetch: handler.fetch });

// Next.js: the second argument of a route, and a request of its own class.
interface NextRequest extends Request {
  readonly nextUrl: URL;
}
type Route = (request: NextRequest, context: { params: Promise<object> }) => Promise<Response> | Response;
export const { GET, POST }: { GET: Route; POST: Route } = handler;

// Workers: the bindings come with the request.
interface Env {
  readonly FIC_APPLICATION_ID: string;
}
interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
}
interface ExportedHandler<E> {
  fetch?: (request: Request, env: E, context: ExecutionContext) => Response | Promise<Response>;
}
const worker: FetchHandler<Env> = createFetchHandler((env: Env) =>
  createReceiver({ ...options, applicationId: Number(env.FIC_APPLICATION_ID) }),
);
export const exported: ExportedHandler<Env> = { fetch: worker.fetch };

// Bun and Deno: the server, or the connection, as the second argument.
type Serve = (answer: (request: Request, info: { readonly remoteAddr: string }) => Promise<Response>) => void;
declare const serveDeno: Serve;
serveDeno(handler);
serveDeno((request) => handler(request));

createFetchHandler({ ...options, handlers: { 'entities.clients.*': (event) => event.ids } });
createFetchHandler(() => createReceiver(options), { waitUntil: (work) => work.catch(() => {}) });
receiver.on('*', (event: FicEvent) => event.id);

// @ts-expect-error A typo in an event name is found by the compiler.
createFetchHandler({ ...options, handlers: { 'entities.client.*': () => {} } });
// @ts-expect-error The application id is missing.
createFetchHandler({ sink: options.sink });
// @ts-expect-error Hono gives its context and no request.
new Hono().all('/webhooks/fic', handler);
// @ts-expect-error This environment belongs to another handler.
worker(new Request(options.sink), { OTHER: '' });
