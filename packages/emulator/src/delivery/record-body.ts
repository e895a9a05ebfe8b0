import type { Readable } from 'node:stream';
import type { RecordedMessage } from '../model/attempt.js';

/** Bytes of a body that are recorded. */
const maximumRecord = 64 * 1024;

/** The part of a message that is about its body. */
export type RecordedBody = Pick<RecordedMessage, 'body' | 'bodyBytes' | 'truncated'>;

/** Records a text that is known whole. */
export function recordText(text: string): RecordedBody {
  const bytes = Buffer.from(text);
  return toRecord([bytes.subarray(0, maximumRecord)], bytes.length);
}

/**
 * Reads a body and keeps its beginning. A body longer than `limit` is cut off.
 *
 * @throws whatever breaks the stream.
 */
export async function recordBody(body: Readable, limit: number): Promise<RecordedBody> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let bytes = 0;
  // Leaving the loop destroys the stream, and with it the connection.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (keptBytes < maximumRecord) {
      const part = chunk.subarray(0, maximumRecord - keptBytes);
      kept.push(part);
      keptBytes += part.length;
    }
    if (bytes >= limit) break;
  }
  return toRecord(kept, bytes);
}

function toRecord(kept: readonly Uint8Array[], bytes: number): RecordedBody {
  return {
    body: Buffer.concat(kept).toString('utf8'),
    bodyBytes: bytes,
    truncated: bytes > maximumRecord,
  };
}
