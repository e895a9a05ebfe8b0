import type { CollectedHeaders } from '../http/collect-headers.js';
import type { CloudEvent } from './cloud-event.js';
import { decodeJson } from './decode-data.js';
import { decodeJsonEvent } from './decode-json-event.js';
import { decodeHeaderValue } from './header-value.js';
import { type DecodeContext, refuse, tolerate } from './refuse.js';

/**
 * Decodes a message in structured content mode, JSON format: everything is in the body. `ce-*` headers may repeat
 * attributes; the body counts, and what disagrees with it is a warning, or an error in strict mode.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode | HTTP Protocol Binding, section 3.2}
 */
export function decodeStructured(
  { values, repeated, cloudEventNames }: CollectedHeaders,
  contentType: string,
  body: Uint8Array,
  context: DecodeContext,
): CloudEvent {
  const event = decodeJsonEvent(decodeJson(contentType, body, context), context);
  if (cloudEventNames.length === 0) return event;
  const { data, extensions, ...core } = event;
  const attributes: Readonly<Record<string, unknown>> = { __proto__: null, ...core, ...extensions };
  // A gateway may route by the headers what the application reads from the body: they must not differ unnoticed.
  for (const header of cloudEventNames) {
    const name = header.slice(3);
    const copy = decodeHeaderValue(values[header] ?? '', context.strict);
    if (repeated?.includes(header)) tolerate(context, 'duplicate-header', name);
    if (!copy.ok || attributes[name] === undefined || copy.value !== String(attributes[name])) {
      tolerate(context, 'header-body-mismatch', name);
    }
  }
  return event;
}

/**
 * Decodes a batch in JSON format. One invalid event refuses the whole batch: the answer could not say which one
 * failed.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#33-batched-content-mode | HTTP Protocol Binding, section 3.3}
 */
export function decodeBatch(contentType: string, body: Uint8Array, context: DecodeContext): CloudEvent[] {
  const items = decodeJson(contentType, body, context);
  if (!Array.isArray(items)) refuse('batch-not-array');
  const versions = items
    .map((item: unknown) => Object(item).specversion)
    .filter((version) => typeof version === 'string');
  if (new Set(versions).size > 1) refuse('batch-mixed-specversion');
  return items.map((item: unknown) => decodeJsonEvent(item, context));
}
