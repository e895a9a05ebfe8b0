import { createNodeHandler } from '@fic-webhooks/core/node';
import { ficWebhooks } from '@fic-webhooks/express';
import express from 'express';
import { createInPlaceVerifier, createPoolVerifier } from '../../contenders/bare-verification.js';
import {
  createHandWrittenReceiver,
  createJoseCheck,
  createJsonwebtokenCheck,
} from '../../contenders/hand-written.js';
import { createCountingReceiver } from '../../contenders/receiver.js';
import { webhookPath } from '../../notifications.js';
import { readBearerToken } from '../read-bearer-token.js';

/** @import { TokenCheck } from '../../contenders/hand-written.js' */
/** @import { Applications } from '../application.js' */

/** @type {Applications} */
export const applications = {
  /** The yardstick: Express, its JSON parser, and bare verification on the thread pool. */
  'bare on the pool'(publicKey, onHandled) {
    const checkToken = createPoolVerifier(publicKey);
    const app = express();
    app.use(express.json());
    app.post(webhookPath, (req, res) => {
      checkToken(readBearerToken(req.headers.authorization), (genuine) => {
        if (genuine) onHandled();
        res.status(genuine ? 204 : 401).end();
      });
    });
    return app;
  },

  /** The same, verifying in place: on one core the faster of the two. */
  'bare in place'(publicKey, onHandled) {
    const isGenuine = createInPlaceVerifier(publicKey);
    const app = express();
    app.use(express.json());
    app.post(webhookPath, (req, res) => {
      const genuine = isGenuine(readBearerToken(req.headers.authorization));
      if (genuine) onHandled();
      res.status(genuine ? 204 : 401).end();
    });
    return app;
  },

  adapter(publicKey, onHandled) {
    const app = express();
    app.use(webhookPath, ficWebhooks(createCountingReceiver(publicKey, onHandled)));
    return app;
  },

  /** In front of the Express application, which gets all other paths. */
  'node handler'(publicKey, onHandled) {
    const webhook = createNodeHandler(createCountingReceiver(publicKey, onHandled));
    const app = express();
    return (req, res) => {
      if (req.url === webhookPath) webhook(req, res);
      else app(req, res);
    };
  },

  async jose(publicKey, onHandled) {
    return createHandWrittenApp(await createJoseCheck(publicKey), onHandled);
  },

  jsonwebtoken(publicKey, onHandled) {
    return createHandWrittenApp(createJsonwebtokenCheck(publicKey), onHandled);
  },
};

/**
 * @param {TokenCheck} checkToken
 * @param {() => void} onHandled
 */
function createHandWrittenApp(checkToken, onHandled) {
  const receive = createHandWrittenReceiver(checkToken, onHandled);
  const app = express();
  app.use(express.json({ type: ['application/json', 'application/cloudevents+json'] }));
  app.post(webhookPath, async (req, res) => {
    res.status(await receive(req.headers, req.body)).end();
  });
  return app;
}
