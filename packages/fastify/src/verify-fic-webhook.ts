import { type FicEvent, FicWebhooksError } from '@fic-webhooks/core';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { answerAllMethods } from './answer-all-methods.js';
import { keepBody } from './keep-body.js';
import { passBodyThrough } from './pass-body-through.js';
import type { VerifyFicWebhookOptions } from './plugin-options.js';
import { replayPayload } from './replay-payload.js';
import { takeReceiver } from './take-receiver.js';
import { toWebhookRequest } from './to-webhook-request.js';
import { warnOfRequestTimeout } from './warn-of-request-timeout.js';
import { writeReply } from './write-reply.js';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The verified event, in a scope with `verifyFicWebhook`. Other scopes have no such property.
     *
     * @throws FicWebhooksError `event-missing` before the request has been verified: in `onRequest` hooks, and on paths
     * without a route.
     */
    readonly ficEvent: FicEvent;
  }
}

/**
 * For people who own their route: verifies every request to the routes of the scope it is registered in, before their
 * handlers run. It answers the challenge, the welcome event and every refusal itself; handlers see verified events only,
 * in `request.ficEvent`. It belongs into a scope of its own, because it takes the parsers away: `request.body` is
 * undefined. A parser that you add to the scope after it reads what was sent, as ever, but Fastify's `bodyLimit` holds for
 * it: its 413 loses the event.
 *
 * It claims nothing: the same event may come again, and the answer is yours. Answer 2xx when it is handled and 5xx when
 * it must come again; anything else loses the event.
 *
 * Await it before you add routes. Then a route for POST answers all methods: Fatture in Cloud verifies with a GET.
 *
 * @throws InvalidOptionError when the app gets ready, or from an awaited `register`: an option is missing or wrong.
 *
 * @example
 * ```ts
 * app.register(async (scope) => {
 *   await scope.register(verifyFicWebhook, { receiver });
 *   scope.post('/custom', async (request, reply) => {
 *     await save(request.ficEvent);
 *     return reply.code(204).send();
 *   });
 * });
 * ```
 */
export const verifyFicWebhook: FastifyPluginAsync<VerifyFicWebhookOptions> = fastifyPlugin(
  registerVerification,
  { name: '@fic-webhooks/fastify/verify', fastify: '5.x' },
);

async function registerVerification(scope: FastifyInstance, options: VerifyFicWebhookOptions): Promise<void> {
  const { receiver, hasLogger } = takeReceiver(scope, options);
  const events = new WeakMap<FastifyRequest, FicEvent>();
  const checkMethods = answerAllMethods(scope);

  scope.decorateRequest('ficEvent', {
    getter() {
      return events.get(this) ?? throwMissing();
    },
  });
  passBodyThrough(scope);
  scope.addHook('preParsing', async (request, reply, payload) => {
    if (request.is404) return undefined;
    checkMethods(request);
    const webhookRequest = toWebhookRequest(request, { payload, hasLogger });
    const bodyOf = keepBody(webhookRequest);
    const result = await receiver.verify(webhookRequest);
    if (result.kind === 'event') {
      events.set(request, result.event);
      return replayPayload(payload, bodyOf());
    }
    reply.hijack();
    writeReply(reply, result.response);
    return undefined;
  });
  warnOfRequestTimeout(scope);
}

function throwMissing(): never {
  throw new FicWebhooksError(
    'event-missing',
    'There is no verified Fatture in Cloud event on this request yet: verification comes after the onRequest hooks. ' +
      'Read request.ficEvent in a route handler, or in a hook that runs from preValidation on.',
  );
}
