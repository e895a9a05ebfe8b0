import type { BodyResult, ReceiverRequest } from '@fic-webhooks/core';

/**
 * Keeps the body of a request when the receiver reads it.
 *
 * @returns Gives what was read; undefined when nothing was.
 */
export function keepBody(request: ReceiverRequest): () => BodyResult | undefined {
  const read = request.body.bind(request);
  let kept: BodyResult | undefined;
  request.body = async (limit) => {
    kept = await read(limit);
    return kept;
  };
  return () => kept;
}
