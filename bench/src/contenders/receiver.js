import { createReceiver } from '@fic-webhooks/core';
import { runConcurrently } from '../harness/run-concurrently.js';
import { applicationId, sink } from '../notifications.js';

/** @import { FicReceiver, ReceiverRequest } from '@fic-webhooks/core' */
/** @import { Arrival } from '../arrival.js' */
/** @import { SignedNotification } from '../notifications.js' */
/** @import { EventRunner } from '../harness/time-events.js' */

/**
 * A receiver as a user would make it: memory store, logger and limits are the defaults.
 *
 * @param {string} publicKey - PEM.
 * @param {() => void} onHandled - Called by the handler, which does nothing else.
 * @returns {FicReceiver}
 */
export function createCountingReceiver(publicKey, onHandled) {
  return createReceiver({
    sink,
    applicationId,
    publicKeys: publicKey,
    handlers: {
      'entities.clients.*': async () => {
        onHandled();
      },
    },
  });
}

/**
 * The whole pipeline, `receiver.handle`, with a fresh receiver for each run, so that no event is a duplicate.
 *
 * @param {string} publicKey - PEM.
 * @param {number} concurrency
 * @returns {EventRunner<SignedNotification>}
 */
export function createReceiverRunner(publicKey, concurrency) {
  return async (notifications) => {
    let handled = 0;
    const receiver = createCountingReceiver(publicKey, () => {
      handled++;
    });
    await runConcurrently(notifications, concurrency, async (notification) => {
      const { status, body } = await receiver.handle(toRequest(notification.arrive()));
      if (status !== 204) throw new Error(`The receiver answered ${status}: ${body}`);
    });
    if (handled !== notifications.length)
      throw new Error(`${handled} of ${notifications.length} events were handled.`);
  };
}

/**
 * What an adapter gives to the receiver.
 *
 * @param {Arrival} arrival
 * @returns {ReceiverRequest}
 */
function toRequest({ headerPairs, bytes }) {
  return {
    method: 'POST',
    headers: headerPairs,
    query: () => undefined,
    body: async () => ({ bytes }),
  };
}
