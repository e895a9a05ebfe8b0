import type { BodyResult } from '@fic-webhooks/core';

const consumed: BodyResult = {
  failed: 'consumed',
  detail:
    'request.body was read or locked before the webhook saw it. Look for a middleware that calls json(), text() or ' +
    'formData() on the request and leaves no clone for the webhook.',
};

/**
 * Reads the body of a request as it arrives, up to a limit. Rejects when it ends too early, which the receiver takes for an
 * aborted body.
 *
 * @param limit - The most bytes to read; what comes after them is left to the runtime.
 */
export async function readRequestBody(request: Request, limit: number): Promise<BodyResult> {
  // Some runtimes make the stream when it is first looked at, so `bodyUsed` comes first.
  if (request.bodyUsed || request.body?.locked) return consumed;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
    length += step.value.length;
    if (length > limit) return { failed: 'too-large', detail: `More than ${limit} bytes.` };
    chunks.push(step.value);
  }
  return { bytes: join(chunks, length) };
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
