import { Readable } from 'node:stream';
import type { BodyResult } from '@fic-webhooks/core';
import type { RequestPayload } from 'fastify';

/**
 * A payload that can be read once more, for a parser that the app has added to the scope. At the one that the receiver has
 * read it would wait for an end that has been, or answer 400 because nothing is left: the event would be lost.
 *
 * @returns undefined when the payload has not been read.
 */
export function replayPayload(
  payload: RequestPayload,
  body: BodyResult | undefined,
): RequestPayload | undefined {
  if (!payload.readableDidRead || body === undefined || !('bytes' in body)) return undefined;
  const replay: RequestPayload = new Readable({
    read() {
      this.push(body.bytes);
      this.push(null);
    },
  });
  // What Fastify compares with Content-Length, where a hook has decoded the payload.
  if (payload.receivedEncodedLength !== undefined) {
    replay.receivedEncodedLength = payload.receivedEncodedLength;
  }
  return replay;
}
