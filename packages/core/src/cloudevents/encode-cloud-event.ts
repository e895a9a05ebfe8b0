import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import { encodeBase64 } from './base64.js';
import { toBytes } from './bytes.js';
import { isAttributeName, isCoreAttribute } from './check-attribute.js';
import type { CloudEvent } from './cloud-event.js';
import { isUtf8 } from './decode-data.js';
import { decodeJsonEvent } from './decode-json-event.js';
import { isJsonMediaType, parseMediaType } from './media-type.js';
import { refuse } from './refuse.js';

/** An HTTP message: what `encodeCloudEvent` makes, and `decodeCloudEvent` takes. */
export interface EncodedMessage {
  /** Lower-case names, values in printable ASCII. */
  headers: Record<string, string>;
  /** Empty when the event has no data in binary mode. */
  body: Uint8Array;
}

/**
 * Encodes an event as an HTTP message.
 *
 * Data that is a `Uint8Array` is sent as it is (`data_base64` in structured mode). Under a JSON type, or without a
 * type, data is any JSON value; under every other type it must be a string or bytes. Where binary mode leaves the
 * type of JSON data unsaid, `application/json` is written.
 *
 * @param event - The event. Its extensions are in `extensions`, not beside the other attributes.
 * @param mode - `binary`: attributes in `ce-*` headers. `structured`: all in one JSON body.
 * @throws FicWebhooksError with code `event-invalid` when the event cannot be sent: an invalid or unknown attribute,
 * data that does not fit its type.
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping | HTTP Protocol Binding, section 3}
 *
 * @example
 * ```ts
 * const event = { specversion: '1.0', id: '1', source: '/sensors', type: 'com.example.read', data: 21 } as const;
 * const { headers, body } = encodeCloudEvent(event, 'binary');
 * await fetch('https://example.com/events', { method: 'POST', headers, body });
 * ```
 */
export function encodeCloudEvent(event: CloudEvent, mode: 'binary' | 'structured'): EncodedMessage {
  try {
    return encode(Object(event), mode);
  } catch (thrown) {
    const why = Object(Object(thrown).error ?? thrown).message;
    throw new FicWebhooksError(
      'event-invalid',
      `encodeCloudEvent: ${why} Attributes must be valid, extensions in \`extensions\`, data of its type.`,
      { cause: thrown },
    );
  }
}

function encode({ data, extensions, ...core }: CloudEvent, mode: 'binary' | 'structured'): EncodedMessage {
  for (const [name, value] of Object.entries(core)) {
    if (!isCoreAttribute(name) && value !== undefined) refuse('invalid-name', name);
  }
  for (const name of Object.keys(extensions ?? {})) {
    if (isCoreAttribute(name) || !isAttributeName(name)) refuse('invalid-name', name);
  }
  const bytes = typeof data === 'string' ? undefined : toBytes(data);
  // What may be sent is what a strict receiver takes.
  const valid = decodeJsonEvent(
    { ...extensions, ...core, ...(bytes === undefined && { data }) },
    { strict: true, maxDepth: 0, warnings: [] },
  );
  const { data: _, extensions: named, datacontenttype: type, ...attributes } = valid;
  const json = type === undefined || isJsonMediaType(type);
  const absent = bytes !== undefined || data === undefined;
  const text = absent ? '' : json || mode === 'structured' ? stringify(data) : String(data);
  if (mode === 'structured') {
    const context = JSON.stringify({ ...attributes, datacontenttype: type, ...named }).slice(0, -1);
    const member = bytes ? `,"data_base64":"${encodeBase64(bytes)}"` : text && `,"data":${text}`;
    return {
      headers: { 'content-type': 'application/cloudevents+json' },
      body: toBytes(`${context}${member}}`),
    };
  }
  if (mode !== 'binary') refuse('unsupported-event-format');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...attributes, ...named })) {
    // A run of what is not printable ASCII, or is a space, a double quote or a percent sign.
    headers[`ce-${name}`] = String(value).replace(/[^!#$&-~]+/g, encodeURIComponent);
  }
  const contentType = type ?? (absent ? undefined : 'application/json');
  if (contentType !== undefined) {
    const parsed = parseMediaType(contentType);
    // It would turn the message into another content mode.
    if (parsed?.essence.startsWith('application/cloudevents'))
      refuse('invalid-media-type', 'datacontenttype');
    // TextEncoder writes UTF-8 only, and a replacement character for half a surrogate pair.
    if (!json && text !== '' && ((parsed && !isUtf8(parsed)) || /\p{Cs}/u.test(text))) {
      refuse('unsupported-charset', 'data');
    }
    headers['content-type'] = contentType;
  }
  return { headers, body: bytes ?? toBytes(text) };
}

function stringify(data: unknown): string {
  // Throws on cycles and BigInt; a function or a symbol gives undefined.
  const text: string | undefined = JSON.stringify(data);
  return text ?? refuse('malformed-json', 'data');
}
