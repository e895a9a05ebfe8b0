import { platform } from '#platform';
import type { NotificationBody } from '../events/parse-notification.js';
import type { CollectedHeaders } from '../http/collect-headers.js';
import type { ContentEncoding } from '../platform/platform.js';
import { after, isPlain } from './after.js';
import type { Exchange } from './exchange.js';
import type { Outcome, OutcomeCode } from './outcomes.js';
import type { BodyResult, ReceiverRequest } from './receiver-request.js';
import { messageOf } from './reporter.js';

const failures = {
  'too-large': 'body-too-large',
  timeout: 'body-late',
  aborted: 'body-aborted',
  consumed: 'body-consumed',
  unparseable: 'body-malformed',
} as const satisfies Record<string, OutcomeCode>;

/** Reads the body once the token has been verified. Never rejects. */
export function readBody(
  request: ReceiverRequest,
  exchange: Exchange,
  limit: number,
): BodyResult | Promise<BodyResult> {
  const reading = request.body(limit);
  const body = isPlain(reading) ? reading : reading.catch(toFailure);
  return after(body, (result) => {
    exchange.bodyRead =
      !('failed' in result) || result.failed === 'consumed' || result.failed === 'unparseable';
    return result;
  });
}

function toFailure(error: unknown): BodyResult {
  return { failed: 'aborted', detail: messageOf(error) };
}

/** Undoes the Content-Encoding of a body, within the limit for what was read. */
export function decodeBody(
  body: BodyResult,
  { values }: CollectedHeaders,
  limit: number,
): NotificationBody | Outcome | Promise<NotificationBody | Outcome> {
  if ('failed' in body) {
    return {
      code: failures[body.failed] ?? 'body-aborted',
      ...(body.detail !== undefined && { detail: body.detail }),
    };
  }
  if ('parsed' in body) return body;
  if (body.bytes.length > limit) return { code: 'body-too-large' };
  const encoding = values['content-encoding'];
  if (encoding === undefined || body.decoded || body.bytes.length === 0) return body;
  return decode(body.bytes, encoding.trim().toLowerCase(), limit);
}

async function decode(bytes: Uint8Array, name: string, limit: number): Promise<NotificationBody | Outcome> {
  if (name === 'identity' || name === '') return { bytes };
  const encoding = findEncoding(name, bytes);
  if (encoding === undefined) return { code: 'body-encoding', detail: `Content-Encoding is ${name}.` };
  try {
    return { bytes: await platform.decompress(bytes, encoding, limit) };
  } catch (error) {
    if (platform.isTooLarge(error)) return { code: 'body-too-large' };
    return { code: 'body-encoding', detail: `Content-Encoding is ${name}: ${messageOf(error)}` };
  }
}

function findEncoding(name: string, bytes: Uint8Array): ContentEncoding | undefined {
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'br') return 'br';
  if (name !== 'deflate') return undefined;
  // RFC 9110 section 8.4.1.2: deflate means the zlib format, but some send it without the zlib header (RFC 1950).
  const [first = 0, second = 0] = bytes;
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
  return isZlib ? 'deflate' : 'deflate-raw';
}
