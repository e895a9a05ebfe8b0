import type { IncomingMessage } from 'node:http';
import type { Logger } from '../receiver/logger.js';
import type { BodyResult, ReceiverRequest } from '../receiver/receiver-request.js';
import { readNodeBody } from './read-node-body.js';

/** A Node.js request, perhaps with what Express, Nest and others put on it. */
export type NodeRequest = IncomingMessage & {
  /** Express: the URL before a router cut it. */
  readonly originalUrl?: string;
  /** What a body parser made of the body. */
  readonly body?: unknown;
  /** The bytes that a body parser kept. */
  readonly rawBody?: unknown;
};

/** What an adapter knows better than the request itself. */
export interface NodeRequestOptions {
  /** The framework's own logger for this request. */
  logger?: Logger;
  /** What a body parser in front of the adapter left, or why it failed. Default: look for it on the request. */
  body?: BodyResult;
}

/**
 * Makes the receiver's request from a Node.js one. Nothing is read before the receiver asks.
 *
 * @example
 * ```ts
 * const response = await receiver.handle(toReceiverRequest(req));
 * ```
 */
export function toReceiverRequest(
  request: NodeRequest,
  { logger, body }: NodeRequestOptions = {},
): ReceiverRequest {
  return {
    method: request.method ?? '',
    headers: toPairs(request.rawHeaders) ?? request.headers,
    query(name) {
      const url = request.originalUrl ?? request.url ?? '';
      const start = url.indexOf('?');
      const values = start === -1 ? [] : new URLSearchParams(url.slice(start + 1)).getAll(name);
      return values.length > 1 ? values : values[0];
    },
    async body(limit) {
      return body ?? readNodeBody(request, limit);
    },
    ...(logger !== undefined && { logger }),
  };
}

/** Raw pairs show repeated headers, which Node.js joins or drops in `headers`. */
function toPairs(raw: readonly string[] | undefined): [string, string][] | undefined {
  if (raw === undefined || raw.length === 0) return undefined;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] as string, raw[index + 1] as string]);
  return pairs;
}
