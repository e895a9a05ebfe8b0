import 'reflect-metadata';
import { FicWebhooksModule } from '@fic-webhooks/nestjs';
import { Controller, HttpCode, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createInPlaceVerifier, createPoolVerifier } from '../contenders/bare-verification.js';
import {
  createHandWrittenReceiver,
  createJoseCheck,
  createJsonwebtokenCheck,
} from '../contenders/hand-written.js';
import { createCountingReceiver } from '../contenders/receiver.js';
import { webhookPath } from '../notifications.js';
import { readBearerToken } from './read-bearer-token.js';

/** @import { IncomingHttpHeaders, Server } from 'node:http' */
/** @import { AbstractHttpAdapter } from '@nestjs/core' */
/** @import { DynamicModule, Type } from '@nestjs/common' */
/** @import { TokenCheck } from '../contenders/hand-written.js' */
/** @import { Applications } from './application.js' */

/** @typedef {{ headers: IncomingHttpHeaders, body: unknown }} NestRequest */
/** @typedef {(request: NestRequest) => Promise<number> | number} Receive */

/**
 * The same applications for both platforms of Nest.
 *
 * @param {() => AbstractHttpAdapter} createAdapter
 * @returns {Applications}
 */
export function createNestApplications(createAdapter) {
  return {
    /** The yardstick: a controller behind Nest's JSON parser, and bare verification on the thread pool. */
    'bare on the pool'(publicKey, onHandled) {
      const checkToken = createPoolVerifier(publicKey);
      return startController(createAdapter(), async ({ headers }) => {
        const token = readBearerToken(headers.authorization);
        const genuine = await new Promise((resolve) => checkToken(token, resolve));
        if (genuine) onHandled();
        return genuine ? 204 : 401;
      });
    },

    /** The same, verifying in place: on one core the faster of the two. */
    'bare in place'(publicKey, onHandled) {
      const isGenuine = createInPlaceVerifier(publicKey);
      return startController(createAdapter(), ({ headers }) => {
        const genuine = isGenuine(readBearerToken(headers.authorization));
        if (genuine) onHandled();
        return genuine ? 204 : 401;
      });
    },

    adapter(publicKey, onHandled) {
      const receiver = createCountingReceiver(publicKey, onHandled);
      return start(createAdapter(), FicWebhooksModule.forRoot({ path: webhookPath, receiver }));
    },

    async jose(publicKey, onHandled) {
      return startHandWritten(createAdapter(), await createJoseCheck(publicKey), onHandled);
    },

    jsonwebtoken(publicKey, onHandled) {
      return startHandWritten(createAdapter(), createJsonwebtokenCheck(publicKey), onHandled);
    },
  };
}

/**
 * @param {AbstractHttpAdapter} adapter
 * @param {TokenCheck} checkToken
 * @param {() => void} onHandled
 */
function startHandWritten(adapter, checkToken, onHandled) {
  const receive = createHandWrittenReceiver(checkToken, onHandled);
  return startController(adapter, ({ headers, body }) => receive(headers, body));
}

/**
 * A controller as Nest's documentation shows it, with decorators called by hand: this is JavaScript.
 *
 * @param {AbstractHttpAdapter} adapter
 * @param {Receive} receive
 */
function startController(adapter, receive) {
  class WebhookController {
    /**
     * @param {NestRequest} request
     * @param {unknown} response
     */
    async receive(request, response) {
      adapter.status(response, await receive(request));
    }
  }
  const descriptor = /** @type {PropertyDescriptor} */ (
    Object.getOwnPropertyDescriptor(WebhookController.prototype, 'receive')
  );
  Req()(WebhookController.prototype, 'receive', 0);
  Res({ passthrough: true })(WebhookController.prototype, 'receive', 1);
  HttpCode(204)(WebhookController.prototype, 'receive', descriptor);
  Post(webhookPath)(WebhookController.prototype, 'receive', descriptor);
  Controller()(WebhookController);
  class WebhookModule {}
  Module({ controllers: [WebhookController] })(WebhookModule);
  return start(adapter, WebhookModule);
}

/**
 * @param {AbstractHttpAdapter} adapter
 * @param {Type | DynamicModule} module
 * @returns {Promise<Server>}
 */
async function start(adapter, module) {
  const app = await NestFactory.create(module, adapter, { logger: false });
  await app.init();
  // Fastify builds its routes when it is asked to be ready.
  await app.getHttpAdapter().getInstance().ready?.();
  return app.getHttpServer();
}
