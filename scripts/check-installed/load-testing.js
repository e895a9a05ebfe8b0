import { once } from 'node:events';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const sink = 'https://app.example/webhooks/fic';

/** @typedef {ReturnType<typeof loadTesting>} Kit */
/** @typedef {import('@fic-webhooks/testing').TestEvent} TestEvent */

/**
 * The testing kit as it is installed, with a key pair, and what an app needs to know of it.
 *
 * @param {string} folder Where it is installed.
 */
export function loadTesting(folder) {
  /** @type {typeof import('@fic-webhooks/testing')} */
  const testing = createRequire(join(folder, 'package.json'))('@fic-webhooks/testing');
  const { privateKey, publicKey } = testing.createTestKeyPair();
  const env = { FIC_SINK: sink, FIC_APPLICATION_ID: '1234', FIC_PUBLIC_KEY: publicKey };

  /**
   * Runs the conformance suite. What an app handles cannot be seen from outside, so those cases are skipped.
   *
   * @param {string} url
   * @param {RegExp} [exceptions] Cases that may fail.
   */
  async function conform(url, exceptions) {
    const results = await testing.runConformance({
      sink,
      privateKey,
      send: testing.sendOverHttp(url, { timeout: 30_000 }),
      answerWithin: 30_000,
    });
    const failed = results.filter(({ result, name }) => result === 'fail' && !exceptions?.test(name));
    if (failed.length > 0) {
      const lines = failed.map(({ name, why }) => `  ${name}: ${why}`);
      throw new Error(`The app does not conform:\n${lines.join('\n')}`);
    }
    if (!results.some(({ result }) => result === 'pass')) throw new Error('No case of the suite has passed.');
  }

  /**
   * Sends an event, and gives the answer.
   *
   * @param {string} url
   * @param {TestEvent} event
   */
  async function send(url, event) {
    return testing.sendOverHttp(url)(testing.signNotification(event, { privateKey, sink }));
  }

  /**
   * Sends an event, and gives the status of the answer.
   *
   * @param {string} url
   * @param {TestEvent} event
   */
  async function trigger(url, event) {
    const { status } = await send(url, event);
    return status;
  }

  /**
   * Sends an event without its body, and waits until the app is at it.
   *
   * @param {string} url
   * @param {TestEvent} event
   * @returns Sends the body, and gives the status of the answer.
   */
  async function begin(url, event) {
    const { headers, body } = testing.signNotification(event, { privateKey, sink });
    const length = Buffer.byteLength(body);
    // Node.js says that it goes on as it hands the request to the app.
    const asking = { ...headers, 'content-length': length, expect: '100-continue' };
    const begun = request(url, { method: 'POST', agent: false, headers: asking });
    const answered = once(begun, 'response');
    // Whoever gives up before the answer does not wait for it.
    answered.catch(() => {});
    begun.flushHeaders();
    await once(begun, 'continue');
    return async () => {
      begun.end(body);
      const [response] = await answered;
      response.resume();
      return /** @type {number | undefined} */ (response.statusCode);
    };
  }

  return { env, conform, send, trigger, begin };
}
