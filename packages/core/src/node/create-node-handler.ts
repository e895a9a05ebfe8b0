import type { ServerResponse } from 'node:http';
import type { FicReceiver } from '../receiver/fic-receiver.js';
import type { ReceiverOptions } from '../receiver/receiver-options.js';
import { resolveReceiver } from '../receiver/resolve-receiver.js';
import { type NodeRequest, type NodeRequestOptions, toReceiverRequest } from './node-request.js';
import { writeNodeResponse } from './write-node-response.js';

/** Answers one request. Never rejects. */
export type NodeHandler = (
  request: NodeRequest,
  response: ServerResponse,
  options?: NodeRequestOptions,
) => Promise<void>;

/**
 * A handler for `node:http`, on which the adapters of Node.js frameworks stand. It answers every request it is given:
 * routing is the caller's.
 *
 * @param receiver - A receiver, or the options of one.
 * @throws InvalidOptionError as `createReceiver` does.
 *
 * @example
 * ```ts
 * const webhook = createNodeHandler(receiver);
 * createServer((req, res) => {
 *   if (req.url?.startsWith('/webhooks/fic')) webhook(req, res);
 *   else app(req, res);
 * }).listen(3000);
 * ```
 */
export function createNodeHandler<const H = Readonly<Record<never, never>>>(
  receiver: FicReceiver | ReceiverOptions<H>,
): NodeHandler {
  const resolved = resolveReceiver(receiver);
  return async (request, response, options) => {
    const answer = await resolved.handle(toReceiverRequest(request, options));
    writeNodeResponse(request, response, answer, options?.logger);
  };
}
