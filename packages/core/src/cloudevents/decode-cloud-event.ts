import { collectHeaders } from '../http/collect-headers.js';
import { toBytes } from './bytes.js';
import { decodeBinary } from './decode-binary.js';
import type { CloudEventMessage, DecodeFailure, DecodeOptions, DecodeResult } from './decode-result.js';
import { decodeBatch, decodeStructured } from './decode-structured.js';
import { mediaTypeEssence } from './media-type.js';
import { type DecodeContext, refuse } from './refuse.js';

const defaultMaxDepth = 64;

/**
 * Decodes an HTTP message into a CloudEvents 1.0 event.
 *
 * The content mode follows from the Content-Type alone: `application/cloudevents-batch*` is a batch,
 * `application/cloudevents*` is structured, anything else is binary and needs the `ce-*` headers. Of the event
 * formats only JSON is supported. Nothing is made up: an absent `time` stays absent, and texts stay as they were
 * sent.
 *
 * By default, small mistakes of senders are repaired and told as warnings: a stray `%` is kept, raw UTF-8 in a
 * header is understood, invalid names are dropped, an undecodable URI is left as sent, a space stands for the `T`
 * of a timestamp. With `strict` each of them is an error.
 *
 * @param message - Headers and the body's bytes.
 * @returns The event, the events of a batch, or an error. It never throws, whatever the input.
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping | HTTP Protocol Binding, section 3}
 *
 * @example
 * ```ts
 * const result = decodeCloudEvent({ headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) });
 * if (!result.ok) return new Response(result.error.message, { status: result.error.status });
 * if (result.mode !== 'batch') console.log(result.event.type, result.event.data);
 * ```
 */
export function decodeCloudEvent(message: CloudEventMessage, options?: DecodeOptions): DecodeResult {
  try {
    return decode(message, options ?? {});
  } catch (thrown) {
    if (isFailure(thrown)) return thrown;
  }
  // Something in the message itself threw, such as an iterable of the caller's own.
  return decodeCloudEvent({ headers: [] });
}

function decode(message: CloudEventMessage, { strict, batch, maxDepth }: DecodeOptions): DecodeResult {
  const headers = collectHeaders(message.headers);
  const body = toBytes(message.body ?? '') ?? refuse('wrong-type', 'body');
  const context: DecodeContext = {
    strict: strict === true,
    maxDepth: Number.isFinite(maxDepth) ? Number(maxDepth) : defaultMaxDepth,
    warnings: [],
  };
  const { warnings } = context;
  if (headers.repeated?.includes('content-type')) refuse('duplicate-header', 'datacontenttype');
  const contentType = headers.values['content-type'] ?? '';
  const essence = contentType === 'application/json' ? '' : mediaTypeEssence(contentType);
  if (!essence.startsWith('application/cloudevents')) {
    return { ok: true, mode: 'binary', event: decodeBinary(headers, body, context), warnings };
  }
  if (essence.startsWith('application/cloudevents-batch')) {
    if (batch !== true) refuse('batch-not-solicited');
    if (essence !== 'application/cloudevents-batch+json') refuse('unsupported-event-format');
    return { ok: true, mode: 'batch', events: decodeBatch(contentType, body, context), warnings };
  }
  if (essence !== 'application/cloudevents+json') refuse('unsupported-event-format');
  return {
    ok: true,
    mode: 'structured',
    event: decodeStructured(headers, contentType, body, context),
    warnings,
  };
}

function isFailure(thrown: unknown): thrown is DecodeFailure {
  return Object(thrown).ok === false;
}
