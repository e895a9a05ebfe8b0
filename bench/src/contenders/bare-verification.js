import { createPublicKey, verify } from 'node:crypto';

/** @import { SignedNotification } from '../notifications.js' */
/** @import { EventRunner } from '../harness/time-events.js' */

/**
 * The least that any receiver has to do: check the ES256 signature of a token with a key imported once. No claim is
 * looked at, no body is read.
 */

/**
 * Verifies in place.
 *
 * @param {string} publicKey - PEM.
 * @returns {(token: string) => boolean}
 */
export function createInPlaceVerifier(publicKey) {
  const options = toOptions(publicKey);
  return (token) => {
    const { input, signature } = splitToken(token);
    return verify('sha256', input, options, signature);
  };
}

/**
 * Verifies on the thread pool.
 *
 * @param {string} publicKey - PEM.
 * @returns {(token: string, done: (genuine: boolean) => void) => void}
 */
export function createPoolVerifier(publicKey) {
  const options = toOptions(publicKey);
  return (token, done) => {
    const { input, signature } = splitToken(token);
    verify('sha256', input, options, signature, (error, genuine) => done(error === null && genuine));
  };
}

/**
 * Bare verification of many tokens.
 *
 * @param {string} publicKey - PEM.
 * @param {number} concurrency - 1 verifies in place; more keeps so many verifications on the thread pool.
 * @returns {EventRunner<SignedNotification>}
 */
export function createBareRunner(publicKey, concurrency) {
  return concurrency === 1 ? runInPlace(publicKey) : runOnPool(publicKey, concurrency);
}

/**
 * @param {string} publicKey
 * @returns {EventRunner<SignedNotification>}
 */
function runInPlace(publicKey) {
  const isGenuine = createInPlaceVerifier(publicKey);
  return async (notifications) => {
    for (const notification of notifications)
      if (!isGenuine(notification.arrive().token)) throw new Error('A signature is not genuine.');
  };
}

/**
 * @param {string} publicKey
 * @param {number} concurrency
 * @returns {EventRunner<SignedNotification>}
 */
function runOnPool(publicKey, concurrency) {
  const checkToken = createPoolVerifier(publicKey);
  // Callbacks only: a promise for each token would make the yardstick slower.
  return (notifications) =>
    new Promise((resolve, reject) => {
      let next = 0;
      let verified = 0;
      const start = () => {
        const notification = notifications[next++];
        if (notification !== undefined) checkToken(notification.arrive().token, finish);
      };
      const finish = (/** @type {boolean} */ genuine) => {
        if (!genuine) reject(new Error('A signature is not genuine.'));
        else if (++verified === notifications.length) resolve();
        else start();
      };
      for (let lane = 0; lane < concurrency; lane++) start();
    });
}

/** @param {string} publicKey */
function toOptions(publicKey) {
  return { key: createPublicKey(publicKey), dsaEncoding: /** @type {const} */ ('ieee-p1363') };
}

/** @param {string} token */
function splitToken(token) {
  const end = token.lastIndexOf('.');
  return {
    input: Buffer.from(token.slice(0, end), 'latin1'),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  };
}
