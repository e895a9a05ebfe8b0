import { Buffer } from 'node:buffer';
import type { BodyResult } from '../receiver/receiver-request.js';
import type { NodeRequest } from './node-request.js';

const noBytes = new Uint8Array(0);

/**
 * The body of a Node.js request, wherever it is by now: bytes that a parser kept as `rawBody`, a Buffer or string
 * `body`, the stream when nobody has read it, the parsed value.
 *
 * `body` alone does not tell whether the stream was read: Express 4 sets it to `{}` for a media type that its parser
 * does not know. `readableDidRead` tells the truth.
 *
 * @param limit - The most bytes to read.
 * @returns A promise only when the body has to be waited for.
 */
export function readNodeBody(request: NodeRequest, limit: number): BodyResult | Promise<BodyResult> {
  const { rawBody, body } = request;
  if (isBytesOrText(rawBody)) return toBytes(rawBody);
  if (isBytesOrText(body)) return toBytes(body);
  if (isAtHand(request, limit)) return { bytes: request.read() ?? noBytes };
  if (!request.readableDidRead && !request.readableEnded) return readStream(request, limit);
  if (body !== undefined) return { parsed: body };
  return {
    failed: 'consumed',
    detail:
      'The body was read before the webhook saw it, and neither req.body nor req.rawBody holds it. Look for a body ' +
      'parser, an upload handler or a logger mounted before the webhook.',
  };
}

/**
 * True when the whole body has come and lies in the stream, untouched: it is taken from there without a turn of the
 * event loop. Of HTTP/2 requests `complete` says something else.
 */
function isAtHand(request: NodeRequest, limit: number): boolean {
  return (
    request.complete &&
    request.httpVersionMajor === 1 &&
    !request.readableDidRead &&
    request.readableFlowing === null &&
    request.readableEncoding === null &&
    request.readableLength <= limit &&
    !request.destroyed
  );
}

function isBytesOrText(value: unknown): value is Uint8Array | string {
  return typeof value === 'string' || value instanceof Uint8Array;
}

/** Parsers undo a Content-Encoding before they keep the bytes. */
function toBytes(value: Uint8Array | string): BodyResult {
  return { bytes: typeof value === 'string' ? Buffer.from(value, 'utf8') : value, decoded: true };
}

function readStream(request: NodeRequest, limit: number): Promise<BodyResult> {
  if (request.destroyed) return Promise.resolve({ failed: 'aborted' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
      length += bytes.length;
      chunks.push(bytes);
      if (length <= limit) return;
      // The rest is somebody else's business: the answer decides how much of it is still read.
      request.pause();
      request.off('data', onData);
      resolve({ failed: 'too-large', detail: `More than ${limit} bytes.` });
    };
    // The first of these decides; the others stay where they are, and go with the request.
    const onBroken = () => resolve({ failed: 'aborted' });
    request.on('data', onData).on('error', onBroken).on('close', onBroken);
    request.on('end', () => {
      const [first] = chunks;
      resolve({ bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks) });
    });
  });
}
