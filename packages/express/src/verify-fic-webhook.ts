import { type FicReceiver, type ReceiverOptions, resolveReceiver } from '@fic-webhooks/core';
import { type NodeRequest, type NodeRequestOptions, toReceiverRequest, writeNodeResponse } from '@fic-webhooks/core/node';
import type { ServerResponse } from 'node:http';
import { optionsOfParserError } from './options-of-parser-error.js';
import { setFicEvent } from './get-fic-event.js';
import type { ErrorMiddleware, Middleware, Next } from './middleware.js';

/**
 * For people who own their route: answers the challenge, the welcome event and every refusal itself, and calls the next
 * middleware only for a verified event, which `getFicEvent(req)` then returns.
 *
 * It claims nothing: the same event may come again, and the answer is yours. Answer 2xx when it is handled and 5xx when
 * it must come again; anything else loses the event.
 *
 * @param receiver - A receiver, or the options of one.
 * @throws InvalidOptionError when an option is missing or wrong.
 *
 * @example
 * ```ts
 * app.all('/custom', verifyFicWebhook(receiver), async (req, res) => {
 *   await save(getFicEvent(req));
 *   res.sendStatus(204);
 * });
 * ```
 */
export function verifyFicWebhook<const H = Readonly<Record<never, never>>>(
  receiver: FicReceiver | ReceiverOptions<H>,
): [Middleware, ErrorMiddleware] {
  const resolved = resolveReceiver(receiver);

  async function verify(request: NodeRequest, response: ServerResponse, next: Next, options?: NodeRequestOptions) {
    const result = await resolved.verify(toReceiverRequest(request, options));
    if (result.kind === 'respond') {
      writeNodeResponse(request, response, result.response);
      return;
    }
    setFicEvent(request, result.event);
    next();
  }

  return [
    (request, response, next) => {
      verify(request, response, next).catch(next);
    },
    (error, request, response, next) => {
      const options = optionsOfParserError(error, request);
      if (options === undefined) next(error);
      else verify(request, response, next, options).catch(next);
    },
  ];
}
