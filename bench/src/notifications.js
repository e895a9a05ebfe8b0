import { signNotification } from '@fic-webhooks/testing';
import { Arrival } from './arrival.js';

/** The URL that all tokens are made out to. Nobody connects to it. */
export const sink = 'https://example.com/webhooks/fic';

/** The path under which the servers take notifications. */
export const webhookPath = '/webhooks/fic';

/** The application that all tokens are made out to. */
export const applicationId = 1234;

/** What a token is checked for by hand. */
export const issuer = 'https://api-v2.fattureincloud.it';

/** A signed notification as it lies on the wire, before anybody has read it. */
export class SignedNotification {
  /** The lines of the header, each ended by CR LF. */
  #head;
  #body;

  /**
   * @param {readonly (readonly [string, string])[]} headers
   * @param {string} body
   */
  constructor(headers, body) {
    this.#head = Buffer.from(headers.map(([name, value]) => `${name}: ${value}\r\n`).join(''), 'latin1');
    this.#body = Buffer.from(body);
  }

  /**
   * Reads it, as a server does for each request. Every contender takes its notifications from here, within its time:
   * texts that were made long before lie cold in memory, which no server ever sees and which would count against the
   * contender that reads more of them.
   */
  arrive() {
    return new Arrival(readHead(this.#head), this.#body);
  }
}

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
    const sent = { Host: 'example.com', Connection: 'close', ...headers };
    return new SignedNotification(
      [...Object.entries(sent), ['Content-Length', String(Buffer.byteLength(body))]],
      body,
    );
  });
}

/**
 * Names and values in turn, like `rawHeaders` of Node.js: each a text of its own.
 *
 * @param {Buffer} head
 */
function readHead(head) {
  const raw = [];
  for (let start = 0; start < head.length; ) {
    const colon = head.indexOf(58, start);
    const end = head.indexOf(13, colon);
    raw.push(head.toString('latin1', start, colon), head.toString('latin1', colon + 2, end));
    start = end + 2;
  }
  return raw;
}
