import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';

/** Where the payload of a request is kept. */
const payloadOf = Symbol('fic-webhooks payload');

declare module 'fastify' {
  interface FastifyRequest {
    [payloadOf]: RequestPayload | null;
  }
}

/** A media type of RFC 9110 section 8.3.1, with or without parameters. */
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/**
 * Lets every body of a scope through unread, in place of the parsers that the scope has from its parents. These keep
 * theirs. Call it ahead of a hook that reads payloads.
 *
 * @param named Media types that are named to Fastify beside all others, which saves it the search that ends at the parser of all
 * others, each time. For scopes that are ours alone: nobody can add a parser of his own for such a type any more.
 * @returns Gives the payload of a request in its handler: the request itself, or the stream that a `preParsing` hook of
 * the app put in its place.
 */
export function passBodyThrough(
  instance: FastifyInstance,
  named: readonly string[] = [],
): (request: FastifyRequest) => RequestPayload {
  // Not as request.body: hooks of the app that look into bodies shall not find a stream there. Nor in a WeakMap, which
  // doubles the work of the garbage collector for a request.
  if (!instance.hasRequestDecorator(payloadOf)) instance.decorateRequest(payloadOf, null);
  instance.removeAllContentTypeParsers();
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    keep(request, payload);
    if (!mediaType.test(request.headers['content-type'] ?? '')) hideContentType(request);
    done(null, payload);
  });
  // Hooks of the route come after those of the scope, and may put another stream in place.
  instance.addContentTypeParser([...named, '*'], (request, payload, done) => {
    keep(request, payload);
    done(null);
  });
  return (request) => request[payloadOf] ?? request.raw;
}

function keep(request: FastifyRequest, payload: RequestPayload): void {
  const isNew = payload !== (request[payloadOf] ?? request.raw);
  request[payloadOf] = payload;
  // A decompressor fails on what anybody may send, and where a request is refused unread nobody else listens: the error
  // would end the process. Whoever reads the payload finds it destroyed.
  if (isNew) payload.on('error', () => {});
}

/**
 * Fastify answers 415 to a Content-Type that it cannot read, and 400 to QUERY without one, before it asks any parser. Another
 * one in its place is of no use once a hook has read `request.mediaType`, which Fastify keeps; it asks for that only where
 * there is a Content-Type. https://fastify.dev/docs/latest/Reference/Errors/#fst_err_ctp_invalid_media_type
 */
function hideContentType(request: FastifyRequest): void {
  const shown = request.method === 'QUERY' ? 'application/octet-stream' : undefined;
  request.headers = { ...request.headers, 'content-type': shown };
}
