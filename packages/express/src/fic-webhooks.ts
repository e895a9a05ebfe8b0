import type { FicReceiver, ReceiverOptions } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import type { ErrorMiddleware, Middleware } from './middleware.js';
import { optionsOfParserError } from './options-of-parser-error.js';

/**
 * Handles everything that Fatture in Cloud sends to one path, whether `express.json()` stands before it or after. Before it,
 * the parser's limit (100 kB by default) holds for events too: a larger one is answered 503 with an alert.
 *
 * Mount it with `use`, so that it sees all methods. It returns two middlewares: the second one catches what a body parser
 * in front of it could not read, and answers that too.
 *
 * @param receiver - A receiver, or the options of one.
 * @throws InvalidOptionError when an option is missing or wrong.
 *
 * @example
 * ```ts
 * app.use('/webhooks/fic', ficWebhooks(receiver));
 * ```
 */
export function ficWebhooks<const H = Readonly<Record<never, never>>>(
  receiver: FicReceiver | ReceiverOptions<H>,
): [Middleware, ErrorMiddleware] {
  const handle = createNodeHandler(receiver);
  return [
    (request, response, next) => {
      handle(request, response).catch(next);
    },
    (error, request, response, next) => {
      const options = optionsOfParserError(error, request);
      if (options === undefined) next(error);
      else handle(request, response, options).catch(next);
    },
  ];
}
