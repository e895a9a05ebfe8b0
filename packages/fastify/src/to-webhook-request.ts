import type { BodyResult, ReceiverRequest } from '@fic-webhooks/core';
import {
  type NodeRequest,
  type NodeRequestOptions,
  readNodeBody,
  toReceiverRequest,
} from '@fic-webhooks/core/node';
import type { FastifyBaseLogger, FastifyRequest, RequestPayload } from 'fastify';

/**
 * Makes the receiver's request from Fastify's. Nothing is read before the receiver asks.
 *
 * @param options - `payload` is the request itself, or the stream that a `preParsing` hook of the app put in its place;
 * `hasLogger` is true when the logger of the receiver goes before that of the app.
 */
export function toWebhookRequest(
  { raw, log }: FastifyRequest,
  { payload, hasLogger }: { payload: RequestPayload; hasLogger: boolean },
): ReceiverRequest {
  const options: NodeRequestOptions = hasLogger || isNoLogger(log) ? {} : { logger: log };
  if (payload !== raw) options.body = (limit) => readDecoded(payload, limit);
  return toReceiverRequest(raw, options);
}

/** Of a request only the stream is used, and a stream that a hook put in its place is there to decode it. */
async function readDecoded(payload: RequestPayload, limit: number): Promise<BodyResult> {
  const reading = readNodeBody(payload as RequestPayload & NodeRequest, limit);
  payload.resume();
  const body = await reading;
  return 'bytes' in body ? { ...body, decoded: true } : body;
}

/** In an app without a logger all methods of the log are the same and do nothing: then lines go to the receiver's. */
function isNoLogger(log: FastifyBaseLogger): boolean {
  // Those of pino are all the same too while it is silenced, but it has a level.
  return log.warn === log.error && Reflect.get(log, 'level') === undefined;
}
