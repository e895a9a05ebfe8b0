import type { NodeRequest } from '@fic-webhooks/core/node';

/**
 * Makes body parsers behind the webhook pass over a request whose body the receiver has read. They would find nothing
 * there, and answer 400 or 500 themselves: the event would be lost.
 *
 * The parsers of Express 5 ask whether the request has come to its end, those of Express 4 look at `_body`.
 *
 * @returns A promise only when the end has to be waited for.
 *
 * @see https://github.com/expressjs/body-parser/blob/master/HISTORY.md (2.0.0, "Use `on-finished` to determine when body read")
 */
export function endBody(request: NodeRequest): Promise<void> | undefined {
  Object.assign(request, { _body: true });
  if (request.readableEnded || request.destroyed) return undefined;
  return new Promise((resolve) => {
    // A request whose sender hangs up is closed without an end.
    request.once('end', resolve).once('close', resolve);
    // The receiver takes the bytes out of a stream that does not flow, and such a stream keeps its end to itself.
    request.resume();
  });
}
