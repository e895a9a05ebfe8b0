import type { ServerResponse } from 'node:http';
import type { NodeRequest } from '@fic-webhooks/core/node';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** Hands a request on to the rest of the app, or an error to its filters. */
type Next = (error?: unknown) => void;

/** Sees each request before the rest of the app does. It either answers, or calls `next`. */
export type FirstListener = (request: NodeRequest, response: ServerResponse, next: Next) => void;

/** What is needed of a Fastify instance. */
interface FastifyInstance {
  /** Present once `@fastify/middie` is registered. */
  use?(listener: FirstListener): unknown;
  addHook(name: 'onRequest', hook: FastifyHook): unknown;
}

type FastifyHook = (
  request: { readonly raw: NodeRequest },
  reply: { readonly raw: ServerResponse; hijack(): unknown },
  done: (error?: Error) => void,
) => void;

/**
 * Puts a listener in front of the app's middleware, body parsers, guards, interceptors and filters.
 *
 * It belongs to the adapter's instance and not to the server, so that `inject()` and wrappers for serverless platforms
 * pass it too.
 */
export function listenFirst(adapter: AbstractHttpAdapter, listener: FirstListener): void {
  if (adapter.getType() !== 'fastify') {
    adapter.use(listener);
    return;
  }
  const instance = adapter.getInstance<FastifyInstance>();
  // middie runs all middleware in one hook. Where it is registered already, only middleware comes before middleware.
  if (typeof instance.use === 'function') instance.use(listener);
  else instance.addHook('onRequest', (request, reply, done) => listenInHook(listener, request, reply, done));
}

function listenInHook(listener: FirstListener, ...[request, reply, done]: Parameters<FastifyHook>): void {
  let passed = false;
  listener(request.raw, reply.raw, (error) => {
    passed = true;
    done(error as Error | undefined);
  });
  if (!passed) reply.hijack();
}
