import type { IncomingMessage } from 'node:http';
import type { HeadersInput } from '../http/collect-headers.js';
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
  /**
   * What a body parser in front of the adapter left, or why it failed; or how to read the body. Default: look for it on
   * the request.
   */
  body?: BodyResult | ReceiverRequest['body'];
}

/**
 * Makes the receiver's request from a Node.js one. Nothing is read before the receiver asks.
 *
 * @example
 * ```ts
 * const response = await receiver.handle(toReceiverRequest(req));
 * ```
 */
export function toReceiverRequest(request: NodeRequest, options: NodeRequestOptions = {}): ReceiverRequest {
  return new NodeReceiverRequest(request, options);
}

/** A class, because its methods are made once and not for each request. */
class NodeReceiverRequest implements ReceiverRequest {
  readonly method: string;
  readonly headers: HeadersInput;
  declare readonly logger?: Logger;
  readonly #request: NodeRequest;
  readonly #body: NodeRequestOptions['body'];

  constructor(request: NodeRequest, { logger, body }: NodeRequestOptions) {
    const { method = '', rawHeaders, headers } = request;
    this.method = method;
    // The raw ones show what was repeated, which Node.js joins or drops in `headers`.
    this.headers = rawHeaders === undefined || rawHeaders.length === 0 ? headers : rawHeaders;
    if (logger !== undefined) this.logger = logger;
    this.#request = request;
    this.#body = body;
  }

  query(name: string): string | readonly string[] | undefined {
    const url = this.#request.originalUrl ?? this.#request.url ?? '';
    const start = url.indexOf('?');
    const values = start === -1 ? [] : new URLSearchParams(url.slice(start + 1)).getAll(name);
    return values.length > 1 ? values : values[0];
  }

  body(limit: number): BodyResult | Promise<BodyResult> {
    const known = this.#body;
    if (typeof known === 'function') return known(limit);
    return known ?? readNodeBody(this.#request, limit);
  }
}
