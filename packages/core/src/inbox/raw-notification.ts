import { decodeBase64, encodeBase64 } from '../cloudevents/base64.js';
import { type Notification, parseNotification } from '../events/parse-notification.js';
import { type CollectedHeaders, collectHeaders } from '../http/collect-headers.js';
import type { Outcome, UnreadNotification } from '../receiver/outcomes.js';
import { decodeBody } from '../receiver/read-body.js';
import type { InboxPayload } from './inbox.js';

/** A notification as it came, for the time when it can be read. */
export type RawPayload = Extract<InboxPayload, { kind: 'raw' }>;

/** Never kept: what could be used to act for somebody. */
const secretNames: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);
/**
 * A copy of the token, as a proxy may make one. Base64url of `{"` is `eyJ`, and of `{` before white space `ew` or `ey`.
 * It is looked for where such a text begins only, so that a long value takes no time.
 */
const token = /(?<![\w-])e[wy][\w-]{8,}\.[\w-]{10,}\.[\w-]{10,}/;

/**
 * Makes a payload of what could not be read.
 *
 * @returns Undefined when there is nothing to keep: the bytes did not come, or another program part took them.
 */
export function keepRaw(
  headers: CollectedHeaders,
  { body, claims }: UnreadNotification,
): RawPayload | undefined {
  if ('failed' in body) return undefined;
  const bytes = 'bytes' in body ? body.bytes : writeJson(body.parsed);
  if (bytes === undefined) return undefined;
  // What a body parser has decoded must not be decoded again.
  const decoded = 'parsed' in body || body.decoded === true;
  return { kind: 'raw', headers: pickHeaders(headers, decoded), body: encodeBase64(bytes), claims };
}

/** Tries again to read what could not be read when it came. */
export async function readRaw(
  { headers, body, claims }: RawPayload,
  limit: number,
): Promise<Notification | Outcome> {
  const bytes = decodeBase64(body);
  if (bytes === undefined) return { code: 'body-encoding', detail: 'The kept body is not base64.' };
  const collected = collectHeaders(headers);
  return parseNotification(collected, await decodeBody({ bytes }, collected, limit), claims);
}

function pickHeaders({ values, repeated = [] }: CollectedHeaders, decoded: boolean): RawPayload['headers'] {
  const pairs: [string, string][] = [];
  const authorization = values['authorization'] ?? '';
  // Of this token not even a copy within another text.
  const signature = authorization.slice(authorization.lastIndexOf('.') + 1);
  for (const [name, value = ''] of Object.entries(values)) {
    if (secretNames.has(name) || token.test(value) || (signature && value.includes(signature))) continue;
    if (decoded && name === 'content-encoding') continue;
    pairs.push([name, value]);
    // That it was repeated may be the very reason why it could not be read. Only its first value is known.
    if (repeated.includes(name)) pairs.push([name, value]);
  }
  return pairs;
}

function writeJson(value: unknown): Uint8Array | undefined {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  } catch {
    return undefined;
  }
}
