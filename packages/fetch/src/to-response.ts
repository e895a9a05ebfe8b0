import type { ReceiverResponse } from '@fic-webhooks/core';

/**
 * Makes a `Response` from a finished answer.
 *
 * Its `connection` header is left out. Behind a `Response` there may be HTTP/2, where it is forbidden (RFC 9113 section
 * 8.2.2), and what becomes of a body that nobody has read is the business of the runtime: with `connection: close` the server
 * of Hono on Node.js resets the connection before a sender of a large body has read the answer, without it the rest is
 * drained.
 *
 * @example
 * ```ts
 * if (result.kind === 'respond') return toResponse(result.response);
 * ```
 */
export function toResponse({ status, headers, body }: ReceiverResponse): Response {
  const { connection: _, ...rest } = headers;
  // A 204 must have no body, not even an empty one.
  return new Response(body === '' ? null : body, { status, headers: rest });
}
