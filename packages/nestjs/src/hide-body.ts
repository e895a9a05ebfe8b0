import type { IncomingMessage } from 'node:http';

const names = ['content-type', 'content-length', 'transfer-encoding'] as const;
const hidden = new WeakMap<IncomingMessage, IncomingMessage['headers']>();

/**
 * Makes body parsers pass over a request, whatever they are set to: without these headers it has no body for them. They
 * would answer what they cannot read with a 4xx themselves, which loses the event.
 *
 * @see https://github.com/jshttp/type-is (hasBody, on which the parsers of Express rely)
 * @see https://fastify.dev/docs/latest/Reference/ContentTypeParser/
 */
export function hideBody(request: IncomingMessage): void {
  const { headers } = request;
  const kept: IncomingMessage['headers'] = {};
  for (const name of names) {
    if (headers[name] === undefined) continue;
    kept[name] = headers[name];
    delete headers[name];
  }
  hidden.set(request, kept);
}

/** Undoes {@link hideBody}. */
export function showBody(request: IncomingMessage): void {
  Object.assign(request.headers, hidden.get(request));
}
