import type { ReceiverRequest } from '@fic-webhooks/core';
import { readRequestBody } from './read-request-body.js';

/** Keeps the instance alive until a promise has settled. */
export type WaitUntil = (work: Promise<unknown>) => unknown;

/** What the runtime knows beside the request. */
export interface FetchRequestOptions {
  /**
   * For platforms that end an instance once its answer is out: `after` of Next.js, `waitUntil` of Vercel, and
   * `(work) => ctx.waitUntil(work)` on Workers. It is given the handling of each event, which may outlive its answer.
   */
  waitUntil?: WaitUntil | undefined;
}

/**
 * Makes the receiver's request from a `Request`. Nothing is read before the receiver asks.
 *
 * @example
 * ```ts
 * const result = await receiver.verify(toReceiverRequest(request));
 * ```
 */
export function toReceiverRequest(
  request: Request,
  { waitUntil }: FetchRequestOptions = {},
): ReceiverRequest {
  return {
    method: request.method,
    headers: request.headers,
    query: (name) => new URL(request.url).searchParams.getAll(name),
    body: (limit) => readRequestBody(request, limit),
    ...(waitUntil !== undefined && { waitUntil }),
  };
}
