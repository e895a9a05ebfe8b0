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
  if (!request.readableDidRead && !request.readableEnded) {
    if (!isUntouchedHttp1(request)) return readStream(request, limit);
    const atHand = takeBody(request, limit);
    if (atHand !== undefined) return atHand;
    // Node.js calls the handler between the headers and the body. When both have come in one piece, as they nearly always
    // do, the body is there a microtask later, and is had without the listeners and the turns of a stream.
    return Promise.resolve().then(() => takeBody(request, limit) ?? readStream(request, limit));
  }
  if (body !== undefined) return { parsed: body };
  return {
    failed: 'consumed',
    detail:
      'The body was read before the webhook saw it, and neither req.body nor req.rawBody holds it. Look for a body ' +
      'parser, an upload handler or a logger mounted before the webhook.',
  };
}

/** Of HTTP/2 requests `complete` says something else, and a stream that a hook put in the place of a request knows none. */
function isUntouchedHttp1(request: NodeRequest): boolean {
  return (
    request.httpVersionMajor === 1 &&
    !request.readableDidRead &&
    request.readableFlowing === null &&
    request.readableEncoding === null &&
    !request.destroyed
  );
}

/** The body, when the whole of it has come and lies in the stream, untouched. */
function takeBody(request: NodeRequest, limit: number): BodyResult | undefined {
  const { complete, readableLength, headers } = request;
  if (readableLength > limit || !isUntouchedHttp1(request)) return undefined;
  // The end is told after the last byte.
  const isLast = readableLength === Number(headers['content-length']);
  if (!complete && (!isLast || headers['transfer-encoding'] !== undefined)) return undefined;
  return { bytes: request.read() ?? noBytes };
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
    // Somebody may have paused it on its way here, and then a listener alone does not set it going.
    request.resume();
  });
}
