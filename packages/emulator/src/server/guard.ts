import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutText } from '../cut-text.js';
import { isAllowedHost, readAllowedHosts } from './is-allowed-host.js';

/** Whom the guard lets in. */
export interface GuardOptions {
  /** Names, besides loopback ones, that a request may have in its `Host` header. */
  readonly allowedHosts: readonly string[];
}

/** On every answer. No `unsafe-inline`: what was recorded of a sink must never run, even if it got into the page. */
const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Refuses every request whose `Host` is not ours, and sends the security headers with every answer. */
export function guard(server: FastifyInstance, { allowedHosts }: GuardOptions): void {
  const allowed = readAllowedHosts(allowedHosts);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const { host } = request.raw.headers;
    if (!isAllowedHost(host, allowed)) return reply.code(421).send(misdirected(host));
    return undefined;
  });
}

/**
 * Answers a URL that Fastify cannot route at all. It does so before any hook runs, so that the headers are set here
 * too; the `Host` does not matter, because the answer tells nothing.
 */
export function refuseUnroutable(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply
    .headers(securityHeaders)
    .code(400)
    .send({
      error: {
        code: 'url-invalid',
        message: 'url: the path cannot be read. Percent-encode it, and keep its parts short.',
        field: 'url',
      },
    });
}

function misdirected(host: string | undefined) {
  const what =
    host === undefined ? 'The Host header is missing.' : `Host: "${cutText(host)}" is not this emulator.`;
  return {
    error: {
      code: 'host-not-allowed',
      message: `${what} Call it as localhost or 127.0.0.1, or add the name to the option allowedHosts.`,
      field: 'Host',
    },
  };
}
