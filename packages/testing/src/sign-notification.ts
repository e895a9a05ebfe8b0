import { encodeHeaderValue } from './encode-header-value.js';
import { overrideHeaders } from './override-headers.js';
import { issuer, signToken, type TokenOptions } from './sign-token.js';
import { type CompleteTestEvent, completeTestEvent, type TestEvent, welcomeType } from './test-event.js';

/** How to sign a notification, and how to spoil it. */
export interface SignNotificationOptions extends TokenOptions {
  /** The CloudEvents content mode: attributes in headers, or all in the body. Default `binary`. */
  mode?: 'binary' | 'structured';
  /** The Content-Type. Default `application/json`, and `application/cloudevents+json` in structured mode. */
  contentType?: string;
  /**
   * CloudEvents attributes to replace or to add in the message but not in the token. One that is `undefined` is left
   * out.
   */
  attributes?: Readonly<Record<string, string | undefined>>;
  /** The value of `data`, in place of `{ ids }`. `undefined` leaves `data` out. */
  data?: unknown;
  /** The text of the whole body. */
  body?: string;
  /** HTTP headers to replace or to add, in any case. One that is `undefined` is left out. Applied last. */
  headers?: Readonly<Record<string, string | undefined>>;
}

/** A notification, ready to be sent with POST. `Host`, `Content-Length` and `Connection` are the sender's. */
export interface SignedNotification {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Makes a notification as Fatture in Cloud sends it: a CloudEvent over HTTP with an ES256 token. By default a receiver
 * with the same `sink`, `applicationId` and key must handle it; each option changes one thing.
 *
 * The welcome event, `{ name: 'subscriptions.welcome' }`, has an empty body unless `data` or `body` is given.
 *
 * @throws InvalidOptionError `option-invalid` for a key that is not the PEM of a P-256 private key, or an event that
 * says one thing twice.
 *
 * @example
 * ```ts
 * const { headers, body } = signNotification({ name: 'entities.clients.create', ids: [1, 2] }, { privateKey, sink });
 * await fetch('http://localhost:3000/webhooks/fic', { method: 'POST', headers, body });
 * ```
 */
export function signNotification(event: TestEvent, options: SignNotificationOptions): SignedNotification {
  const complete = completeTestEvent(event);
  const token = signToken(options, { sub: complete.subject, jti: complete.id });
  const isStructured = options.mode === 'structured';
  const attributes = {
    id: complete.id,
    source: issuer,
    specversion: '1.0',
    type: complete.type,
    subject: complete.subject,
    time: complete.time,
    ...options.attributes,
  };
  const headers: Record<string, string> = {
    'User-Agent': 'FattureInCloud/API-WEBHOOK',
    Authorization: `Bearer ${token}`,
    'Content-Type':
      options.contentType ?? (isStructured ? 'application/cloudevents+json' : 'application/json'),
  };
  if (!isStructured) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) headers[`ce-${name}`] = encodeHeaderValue(value);
    }
  }
  return {
    headers: overrideHeaders(headers, options.headers),
    body: options.body ?? writeBody(complete, options, isStructured ? attributes : undefined),
  };
}

function writeBody(
  event: CompleteTestEvent,
  options: SignNotificationOptions,
  attributes: Readonly<Record<string, string | undefined>> | undefined,
): string {
  const hasOwnData = 'data' in options;
  const data = hasOwnData ? options.data : event.type === welcomeType ? undefined : { ids: event.ids };
  if (attributes !== undefined)
    return JSON.stringify({ ...attributes, datacontenttype: 'application/json', data });
  if (data === undefined && !hasOwnData) return '';
  // The service keeps the `data` wrapper in binary mode too, unlike what CloudEvents says.
  return JSON.stringify({ data });
}
