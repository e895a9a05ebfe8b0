import assert from 'node:assert/strict';
import { waitUntil } from '../wait-until.js';
import { startApp } from './start-app.js';
import { startServices } from './start-services.js';

/** @typedef {import('./examples.js').Example} Example */
/** @typedef {import('./load-testing.js').Kit} Kit */
/** @typedef {import('./start-services.js').Services} Services */
/** @typedef {{ example: Example, folder: string, env: Record<string, string>, kit: Kit }} Copy */

/** What comes in while the app drains. */
const latecomer = { name: 'entities.clients.create', ids: [78] };

/**
 * While something is in flight after a signal, an event on a new connection is answered 503, by the receiver: that is tried
 * again. One that is refused is not known to be.
 *
 * @param {Copy} copy
 */
export async function checkDraining(copy) {
  const services = await startServices();
  services.stick();
  try {
    await drain(copy, services);
  } finally {
    services.close();
  }
}

/**
 * @param {Copy} copy
 * @param {Services} services What keeps its callers waiting.
 */
async function drain({ example, folder, env, kit }, services) {
  const { server, ready, accepted, calls } = example;
  const app = await startApp({
    command: [process.execPath, ...server],
    folder,
    ready,
    env: { ...env, ...(calls && { [calls.variable]: services.url }), DRAIN_DELAY_MS: '0' },
  });
  try {
    const finish = calls
      ? await keepHandlerWaiting({ url: app.url, event: calls.event, kit, services })
      : await keepBodyBack({ url: app.url, accepted, kit });
    // Ctrl+C comes twice where npm passes it on as well: what is in flight goes on all the same. Two different ones, as two of a
    // kind may become one on their way; either may be the first to arrive.
    app.signal('SIGINT');
    app.signal('SIGTERM');
    await app.waitFor(': shutting down');
    const isTurnedAway = async () => isClosing(await kit.send(app.url, latecomer));
    await waitUntil('the app turns events away', isTurnedAway);
    assert.ok(await isTurnedAway(), 'As long as something is in flight, the app must answer.');
    await finish();
    assert.equal(await app.exitCode, 0, 'Once nothing is in flight any more, the app must end with 0.');
  } finally {
    app.stop();
  }
}

/**
 * A handler that is in the midst of a call, also after the sender has got an answer.
 *
 * @param {{ url: string, event: string, kit: Kit, services: Services }} options
 * @returns Ends the call, so that the handler fails.
 */
async function keepHandlerWaiting({ url, event, kit, services }) {
  await kit.trigger(url, { name: event, ids: [77] });
  await waitUntil('the handler calls', () => services.begun() > 0);
  return async () => services.close();
}

/**
 * For an app whose handlers call nobody: an event whose body is still to come. The receiver waits for it until its answer is
 * due, three seconds at most.
 *
 * @param {{ url: string, accepted: number | undefined, kit: Kit }} options
 * @returns Sends the body.
 */
async function keepBodyBack({ url, accepted = 204, kit }) {
  const sendBody = await kit.begin(url, { name: 'entities.clients.create', ids: [77] });
  return async () =>
    assert.equal(await sendBody(), accepted, 'What was in flight at the signal must be taken.');
}

/** @param {import('@fic-webhooks/testing').TestResponse} answer */
function isClosing({ status, body }) {
  return status === 503 && JSON.parse(body).code === 'closing';
}
