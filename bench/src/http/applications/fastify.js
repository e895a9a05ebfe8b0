import { ficWebhooks } from '@fic-webhooks/fastify';
import fastify from 'fastify';
import { createInPlaceVerifier, createPoolVerifier } from '../../contenders/bare-verification.js';
import {
  createHandWrittenReceiver,
  createJoseCheck,
  createJsonwebtokenCheck,
} from '../../contenders/hand-written.js';
import { createCountingReceiver } from '../../contenders/receiver.js';
import { webhookPath } from '../../notifications.js';
import { readBearerToken } from '../read-bearer-token.js';

/** @import { Server } from 'node:http' */
/** @import { FastifyInstance } from 'fastify' */
/** @import { TokenCheck } from '../../contenders/hand-written.js' */
/** @import { Applications } from '../application.js' */

/** @type {Applications} */
export const applications = {
  /** The yardstick: Fastify, its JSON parser, and bare verification on the thread pool. */
  'bare on the pool'(publicKey, onHandled) {
    const checkToken = createPoolVerifier(publicKey);
    const app = createApp();
    app.post(webhookPath, (request, reply) => {
      checkToken(readBearerToken(request.headers.authorization), (genuine) => {
        if (genuine) onHandled();
        reply.code(genuine ? 204 : 401).send();
      });
    });
    return toServer(app);
  },

  /** The same, verifying in place: on one core the faster of the two. */
  'bare in place'(publicKey, onHandled) {
    const isGenuine = createInPlaceVerifier(publicKey);
    const app = createApp();
    app.post(webhookPath, (request, reply) => {
      const genuine = isGenuine(readBearerToken(request.headers.authorization));
      if (genuine) onHandled();
      reply.code(genuine ? 204 : 401).send();
    });
    return toServer(app);
  },

  async adapter(publicKey, onHandled) {
    const app = createApp();
    await app.register(ficWebhooks, {
      receiver: createCountingReceiver(publicKey, onHandled),
      prefix: webhookPath,
    });
    return toServer(app);
  },

  async jose(publicKey, onHandled) {
    return createHandWrittenApp(await createJoseCheck(publicKey), onHandled);
  },

  jsonwebtoken(publicKey, onHandled) {
    return createHandWrittenApp(createJsonwebtokenCheck(publicKey), onHandled);
  },
};

function createApp() {
  return fastify({ requestTimeout: 10_000 });
}

/**
 * @param {TokenCheck} checkToken
 * @param {() => void} onHandled
 */
function createHandWrittenApp(checkToken, onHandled) {
  const receive = createHandWrittenReceiver(checkToken, onHandled);
  const app = createApp();
  // Fastify has no parser for this media type.
  app.addContentTypeParser(
    'application/cloudevents+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.post(webhookPath, async (request, reply) =>
    reply.code(await receive(request.headers, request.body)).send(),
  );
  return toServer(app);
}

/**
 * @param {FastifyInstance} app
 * @returns {Promise<Server>}
 */
async function toServer(app) {
  await app.ready();
  return app.server;
}
