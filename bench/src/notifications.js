import { signNotification } from '@fic-webhooks/testing';

/** The URL that all tokens are made out to. Nobody connects to it. */
export const sink = 'https://example.com/webhooks/fic';

/** The path under which the servers take notifications. */
export const webhookPath = '/webhooks/fic';

/** The application that all tokens are made out to. */
export const applicationId = 1234;

/** What a token is checked for by hand. */
export const issuer = 'https://api-v2.fattureincloud.it';

/**
 * A signed notification in every form that a contender may want, so that none has to convert it while the clock runs.
 *
 * @typedef {object} SignedNotification
 * @property {string} token
 * @property {Record<string, string>} headers - Under lower-case names, as Node.js gives them.
 * @property {[string, string][]} headerPairs - As sent.
 * @property {Uint8Array} bytes - The body.
 * @property {string} body
 */

/**
 * Signs notifications in binary mode, each of another event.
 *
 * @param {number} count
 * @param {string} privateKey - PEM.
 * @returns {SignedNotification[]}
 */
export function signNotifications(count, privateKey) {
  return Array.from({ length: count }, (_, index) => {
    const event = { name: 'entities.clients.create', ids: [3_000_000 + index] };
    const { headers, body } = signNotification(event, { privateKey, sink, applicationId });
    const sent = Object.entries({ Host: 'example.com', Connection: 'close', ...headers });
    /** @type {[string, string][]} */
    const headerPairs = [...sent, ['Content-Length', String(Buffer.byteLength(body))]].map(
      ([name = '', value = '']) => [name, toFlatText(value)],
    );
    const lowerCased = Object.fromEntries(headerPairs.map(([name, value]) => [name.toLowerCase(), value]));
    return {
      token: toFlatText((lowerCased['authorization'] ?? '').slice('Bearer '.length)),
      headers: lowerCased,
      headerPairs,
      bytes: Buffer.from(body),
      body: toFlatText(body),
    };
  });
}

/**
 * A copy that the engine holds in one piece. A text put together from parts is joined when it is first read, and the
 * contender that happens to come first would pay for all.
 *
 * @param {string} text
 */
function toFlatText(text) {
  return Buffer.from(text, 'utf8').toString('utf8');
}
