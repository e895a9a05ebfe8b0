import type { BodyResult } from '@fic-webhooks/core';
import type { NodeRequest, NodeRequestOptions } from '@fic-webhooks/core/node';

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

/** The codes of zlib and brotli in Node.js. Errors of decompression come through `body-parser` without a `type`. */
const decompressionCode = /^(?:Z_|ERR_(?:_ERROR_|BROTLI_|ZLIB_))/;

/**
 * What an error of a body parser leaves to the receiver; undefined for the error of anything else.
 *
 * @see https://expressjs.com/en/resources/middleware/body-parser.html (section Errors)
 */
export function optionsOfParserError(error: unknown, request: NodeRequest): NodeRequestOptions | undefined {
  const failed = findFailure(error);
  if (failed === undefined) return undefined;
  // A parser that knows neither the Content-Encoding nor the charset gives up before it reads: the body is still there.
  if (!request.readableDidRead && !request.destroyed) return {};
  const { type, body, message } = error as { type?: unknown; body?: unknown; message?: unknown };
  // The text it could not parse is on the error: what JSON is, the receiver decides.
  if (type === 'entity.parse.failed' && typeof body === 'string') {
    return { body: { bytes: new TextEncoder().encode(body), decoded: true } };
  }
  const reason = typeof message === 'string' ? `: ${message}` : '';
  const detail = `A body parser mounted before the webhook failed${reason}.`;
  return { body: { failed, detail } satisfies BodyResult };
}

function findFailure(error: unknown) {
  if (typeof error !== 'object' || error === null) return undefined;
  const { type, code, status } = error as { type?: unknown; code?: unknown; status?: unknown };
  const known = failures.get(type);
  if (known !== undefined) return known;
  return status === 400 && typeof code === 'string' && decompressionCode.test(code)
    ? 'unparseable'
    : undefined;
}
