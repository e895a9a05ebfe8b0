import type { ServerResponse } from 'node:http';
import { type FicReceiver, type ReceiverOptions, resolveReceiver } from '@fic-webhooks/core';
import {
  type NodeRequest,
  type NodeRequestOptions,
  toReceiverRequest,
  writeNodeResponse,
} from '@fic-webhooks/core/node';
import { endBody } from './end-body.js';
import { setFicEvent } from './get-fic-event.js';
import type { ErrorMiddleware, Middleware, Next, VerifyMiddleware } from './middleware.js';
import { optionsOfParserError } from './options-of-parser-error.js';

/**
 * For people who own their route: answers the challenge, the welcome event and every refusal itself, and calls the next
 * middleware only for a verified event, which `getFicEvent(req)` then returns.
 *
 * It claims nothing: the same event may come again, and the answer is yours. Answer 2xx when it is handled and 5xx when
 * it must come again; anything else loses the event.
 *
 * Body parsers behind it pass over the event, whose body has been read by then: `req.body` is undefined, or what a parser
 * before it has made.
 *
 * Mount it with `use`. In a route (`all`, `post`) it works as well, but Express skips routes when a body parser before
 * them has failed, so a body that is too large for the parser gets the parser's 413.
 *
 * @param receiver - A receiver, or the options of one.
 * @throws InvalidOptionError when an option is missing or wrong.
 *
 * @example
 * ```ts
 * app.use('/custom', verifyFicWebhook(receiver), async (req, res) => {
 *   await save(getFicEvent(req));
 *   res.sendStatus(204);
 * });
 * ```
 */
export function verifyFicWebhook<const H = Readonly<Record<never, never>>>(
  receiver: FicReceiver | ReceiverOptions<H>,
): VerifyMiddleware {
  const resolved = resolveReceiver(receiver);

  async function verify(
    request: NodeRequest,
    response: ServerResponse,
    next: Next,
    options?: NodeRequestOptions,
  ) {
    const wasUnread = !request.readableDidRead;
    const result = await resolved.verify(toReceiverRequest(request, options));
    if (result.kind === 'respond') {
      writeNodeResponse(request, response, result.response);
      return;
    }
    setFicEvent(request, result.event);
    // What others have read they have marked in their way.
    if (wasUnread && request.readableDidRead) await endBody(request);
    next();
  }

  const pair: [Middleware, ErrorMiddleware] = [
    (request, response, next) => {
      verify(request, response, next).catch(next);
    },
    (error, request, response, next) => {
      const options = optionsOfParserError(error, request);
      if (options === undefined) next(error);
      else verify(request, response, next, options).catch(next);
    },
  ];
  // See VerifyMiddleware.
  return pair as unknown as VerifyMiddleware;
}
