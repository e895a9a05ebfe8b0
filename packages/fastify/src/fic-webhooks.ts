import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { passBodyThrough } from './pass-body-through.js';
import type { FicWebhooksOptions } from './plugin-options.js';
import { takeReceiver } from './take-receiver.js';
import { toWebhookRequest } from './to-webhook-request.js';
import { warnOfRequestTimeout } from './warn-of-request-timeout.js';
import { writeReply } from './write-reply.js';

/**
 * Handles everything that Fatture in Cloud sends to one path: a plugin with a scope of its own, which leaves the app's
 * parsers alone. It registers one route for all methods at `prefix`, with and without a slash at the end.
 *
 * Hooks of the app run for this route as for any other, up to the handler: an `onRequest` hook that answers 401 or 429
 * loses events. Give the route a flag with `routeOptions.config`, and honour it in the hook. Answers are written past
 * `preSerialization` and `onSend`, so that no hook can change them; `onResponse` sees them, and headers set before stay.
 *
 * When the app closes, requests that are being answered are waited for, as long as `answerWithin` is shorter than Fastify's
 * `pluginTimeout`. A receiver that was made from options is then closed, which lets its worker finish; one that was given is
 * its maker's to close.
 *
 * @throws InvalidOptionError when the app gets ready, or from an awaited `register`: an option is missing or wrong.
 * FicWebhooksError `inbox-not-durable`, `inbox-corrupt` or `inbox-schema-newer` likewise, for the store of an inbox.
 *
 * @example
 * ```ts
 * await app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
 * ```
 */
export const ficWebhooks: FastifyPluginAsync<FicWebhooksOptions> = fastifyPlugin(registerWebhook, {
  name: '@fic-webhooks/fastify',
  fastify: '5.x',
  encapsulate: true,
});

// For fastify-raw-body and @fastify/compress, which take in every body unless its route says no.
const configByDefault = { rawBody: false };
const routeByDefault = { decompress: false };

async function registerWebhook(instance: FastifyInstance, options: FicWebhooksOptions): Promise<void> {
  const { receiver, hasLogger } = takeReceiver(instance, options);
  const payloadOf = passBodyThrough(instance, ['application/json']);
  let inFlight = 0;
  let whenIdle: (() => void) | undefined;

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    inFlight++;
    try {
      const payload = payloadOf(request);
      writeReply(reply, await receiver.handle(toWebhookRequest(request, { payload, hasLogger })));
    } finally {
      inFlight--;
      if (inFlight === 0) whenIdle?.();
    }
  }

  instance.route({
    ...routeByDefault,
    ...options.routeOptions,
    config: { ...configByDefault, ...options.routeOptions?.config },
    method: instance.supportedMethods,
    url: '/',
    exposeHeadRoute: false,
    handler(request, reply) {
      // From here on the receiver's own deadline holds, and no hook or timer of the app answers in between.
      reply.hijack();
      return answer(request, reply);
    },
  });
  warnOfRequestTimeout(instance);
  // With forceCloseConnections the server would cut them off. The receiver's deadline ends the wait, unless Fastify gives the
  // hook up before that: it lets one take pluginTimeout, goes on, and rejects in the end.
  // https://fastify.dev/docs/latest/Reference/Server/#plugintimeout
  instance.addHook('preClose', async () => {
    if (inFlight > 0) await new Promise<void>((resolve) => (whenIdle = resolve));
  });
  // An inbox that does not keep what it is given stops the start.
  await receiver.ready();
}
