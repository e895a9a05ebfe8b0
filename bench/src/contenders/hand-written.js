import { HTTP } from 'cloudevents';
import { importSPKI, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { runConcurrently } from '../harness/run-concurrently.js';
import { issuer, sink } from '../notifications.js';

/** @import { IncomingHttpHeaders } from 'node:http' */
/** @import { SignedNotification } from '../notifications.js' */
/** @import { EventRunner } from '../harness/time-events.js' */

/**
 * Checks a token's signature and claims.
 *
 * @typedef {(token: string) => unknown} TokenCheck
 */

/**
 * Handles one notification and gives the status of the answer.
 *
 * @typedef {(headers: IncomingHttpHeaders, body: unknown) => Promise<number>} HandWrittenReceiver
 */

/**
 * With `jose` and a key imported once.
 *
 * @param {string} publicKey - PEM.
 * @returns {Promise<TokenCheck>}
 */
export async function createJoseCheck(publicKey) {
  const key = await importSPKI(publicKey, 'ES256');
  return (token) => jwtVerify(token, key, { algorithms: ['ES256'], issuer, audience: sink });
}

/**
 * With `jsonwebtoken` and the key as its documentation shows it: the PEM text.
 *
 * @param {string} publicKey - PEM.
 * @returns {TokenCheck}
 */
export function createJsonwebtokenCheck(publicKey) {
  return (token) => jsonwebtoken.verify(token, publicKey, { algorithms: ['ES256'], issuer, audience: sink });
}

/**
 * What a good engineer writes without this project: a JWT library, the CloudEvents SDK, and a set of the ids seen. It
 * binds nothing, knows no limits and has no answer table.
 *
 * @param {TokenCheck} checkToken
 * @param {() => void} onHandled - Called by the handler, which does nothing else.
 * @returns {HandWrittenReceiver}
 */
export function createHandWrittenReceiver(checkToken, onHandled) {
  const seen = new Set();
  const handle = async (/** @type {unknown} */ _event) => {
    onHandled();
  };
  return async (headers, body) => {
    await checkToken((headers.authorization ?? '').slice('Bearer '.length));
    const event = HTTP.toEvent({ headers, body });
    if (Array.isArray(event)) return 400;
    if (seen.has(event.id)) return 204;
    seen.add(event.id);
    await handle(event);
    return 204;
  };
}

/**
 * Many notifications through a fresh hand-written receiver.
 *
 * @param {TokenCheck} checkToken
 * @param {number} concurrency
 * @returns {EventRunner<SignedNotification>}
 */
export function createHandWrittenRunner(checkToken, concurrency) {
  return async (notifications) => {
    let handled = 0;
    const receive = createHandWrittenReceiver(checkToken, () => {
      handled++;
    });
    await runConcurrently(notifications, concurrency, async (notification) => {
      const { headers, body } = notification.arrive();
      const status = await receive(headers, body);
      if (status !== 204) throw new Error(`The hand-written receiver answered ${status}.`);
    });
    if (handled !== notifications.length)
      throw new Error(`${handled} of ${notifications.length} events were handled.`);
  };
}
