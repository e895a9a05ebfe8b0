import type { FastifyInstance } from 'fastify';

/** Says when the server would wait without end for a request: with Fastify's own default it does. */
export function warnOfRequestTimeout(instance: FastifyInstance): void {
  instance.addHook('onReady', async () => {
    if (instance.server.requestTimeout !== 0) return;
    instance.log.warn(
      '[fic-webhooks] request-timeout-off: The server waits without end for requests that come in slowly. Likely cause: ' +
        'requestTimeout is 0, the default of Fastify. Cure: Fastify({ requestTimeout: 30_000 }), in milliseconds. ' +
        'None needed behind a proxy that takes in whole requests first.',
    );
  });
}
