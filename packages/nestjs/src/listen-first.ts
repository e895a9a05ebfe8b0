import type { ServerResponse } from 'node:http';
import type { NodeRequest } from '@fic-webhooks/core/node';
import { AbstractHttpAdapter } from '@nestjs/core';
import type { PlatformRequest, PlatformResponse } from './platform-request.js';

/** Hands a request on to the rest of the app, or an error to its filters. */
type Next = (error?: unknown) => void;

/**
 * Sees each request before the rest of the app does. It either answers, or calls `next`. `route` is the path of the route
 * that it goes to, where the platform knows it by then.
 */
export type FirstListener = (
  request: NodeRequest,
  response: ServerResponse,
  next: Next,
  route?: string,
) => void;

/** What Nest's adapters, and Fastify itself, let see each request. */
type RequestHook = (request: PlatformRequest, response: PlatformResponse, next: Next) => unknown;

/** An adapter that runs one hook ahead of all that is its own. It keeps it in a private field of this name. */
interface HookedAdapter extends AbstractHttpAdapter {
  readonly onRequestHook?: RequestHook;
  setOnRequestHook(hook: RequestHook): void;
}

/** What is needed of a Fastify instance. */
interface FastifyInstance {
  /** Present once `@fastify/middie` is registered. */
  use?(listener: FirstListener): unknown;
  addHook(name: 'onRequest', hook: RequestHook): unknown;
}

/**
 * Puts a listener in front of all that Nest does with a request: CORS, middleware, body parsers, guards, interceptors and
 * filters. Two things come before it: what stands on an instance of the app's own that is given to the adapter and, on
 * Fastify, the extractor of custom versioning, which Nest calls to find the route. An error in it waits behind the
 * listener; in Nest before 11.2.8 and 12.2 it escapes from the router and ends the process.
 *
 * It belongs to the adapter's instance and not to the server, so that `inject()` and wrappers for serverless platforms
 * pass it too.
 */
export function listenFirst(adapter: AbstractHttpAdapter, listener: FirstListener): void {
  if (hasRequestHook(adapter)) {
    takeRequestHook(adapter, listener);
    return;
  }
  if (adapter.getType() !== 'fastify') {
    adapter.use(listener);
    return;
  }
  const instance = adapter.getInstance<FastifyInstance>();
  // middie runs all middleware in one hook. Where it is registered already, only middleware comes before middleware.
  if (typeof instance.use === 'function') instance.use(listener);
  else instance.addHook('onRequest', createHook(listener));
}

/** Nest before 11.1.4 knows no such hook. Adapters of others may have no more of it than the empty method of their base. */
function hasRequestHook(adapter: AbstractHttpAdapter): adapter is HookedAdapter {
  return adapter.setOnRequestHook !== AbstractHttpAdapter.prototype.setOnRequestHook;
}

/** There is place for one hook: that of the app, set before or later, runs for what the listener passes on. */
function takeRequestHook(adapter: HookedAdapter, listener: FirstListener): void {
  const setHook = adapter.setOnRequestHook.bind(adapter);
  const setAfterListener = (hook?: RequestHook) => setHook(createHook(listener, hook));
  setAfterListener(adapter.onRequestHook);
  adapter.setOnRequestHook = setAfterListener;
}

/** A hook that lets the listener see a request first. Nest may wait for what the hook behind it returns. */
function createHook(
  listener: FirstListener,
  following: RequestHook = (_request, _response, next) => next(),
): RequestHook {
  return function hook(this: unknown, request, response, next) {
    let passed = false;
    let result: unknown;
    const goOn: Next = (error) => {
      passed = true;
      result = error === undefined ? following.call(this, request, response, next) : next(error);
    };
    listener(request.raw ?? request, response.raw ?? response, goOn, request.routeOptions?.url);
    if (!passed) response.hijack?.();
    return result;
  };
}
