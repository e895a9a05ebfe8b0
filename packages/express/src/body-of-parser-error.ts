import type { BodyResult } from '@fic-webhooks/core';

/** The failures of `body-parser`, by the `type` that it puts on its errors. */
const failures = new Map<unknown, 'too-large' | 'aborted' | 'consumed' | 'unparseable'>([
  ['entity.too.large', 'too-large'],
  ['entity.parse.failed', 'unparseable'],
  ['entity.verify.failed', 'unparseable'],
  ['encoding.unsupported', 'unparseable'],
  ['charset.unsupported', 'unparseable'],
  ['parameters.too.many', 'unparseable'],
  ['querystring.parse.rangeError', 'unparseable'],
  ['request.aborted', 'aborted'],
  ['request.size.invalid', 'aborted'],
  ['stream.encoding.set', 'consumed'],
  ['stream.not.readable', 'consumed'],
]);

/**
 * What an error of a body parser leaves of the body; undefined for the error of anything else.
 *
 * @see https://expressjs.com/en/resources/middleware/body-parser.html (section Errors)
 */
export function bodyOfParserError(error: unknown): BodyResult | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { type, body, message } = error as { type?: unknown; body?: unknown; message?: unknown };
  const failed = failures.get(type);
  if (failed === undefined) return undefined;
  // The text it could not parse is on the error: what JSON is, the receiver decides.
  if (type === 'entity.parse.failed' && typeof body === 'string') {
    return { bytes: new TextEncoder().encode(body), decoded: true };
  }
  return { failed, detail: `A body parser mounted before the webhook failed: ${String(message)}.` };
}
