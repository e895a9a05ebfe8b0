import type { FastifyInstance } from 'fastify';

/** Takes JSON bodies, empty ones included, and no others: the rest is 415. */
export function acceptJsonOnly(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients always send the header, with calls that have no body too.
    if (body.length === 0) done(null, undefined);
    else parseJson(request, body.toString(), done);
  });
}
