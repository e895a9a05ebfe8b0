import type { CollectedHeaders } from '../http/collect-headers.js';
import { coreAttributes, isAttributeName, requiredCount } from './check-attribute.js';
import type { CloudEvent } from './cloud-event.js';
import { decodeData } from './decode-data.js';
import { decodeHeaderValue } from './header-value.js';
import { type DecodeContext, refuse, tolerate } from './refuse.js';
import { addExtension, type EventDraft, setAttribute, startDraft } from './set-attribute.js';
import { trimWhitespace } from './trim-whitespace.js';

/** Where {@link coreAttributes} are, in the same order. Literals, because composed strings are slow as keys. */
const coreHeaders: readonly string[] = [
  'ce-specversion',
  'ce-id',
  'ce-source',
  'ce-type',
  'ce-subject',
  'ce-time',
  'ce-dataschema',
  'content-type',
];

/**
 * Decodes a message in binary content mode: attributes in `ce-*` headers, the data in the body.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode | HTTP Protocol Binding, section 3.1}
 */
export function decodeBinary(
  { values, repeated, cloudEventNames }: CollectedHeaders,
  body: Uint8Array,
  context: DecodeContext,
): CloudEvent {
  const draft: EventDraft = startDraft();
  let left = cloudEventNames.length;
  for (const header of repeated ?? []) {
    const name = header.slice(3);
    if (header.startsWith('ce-') && isAttributeName(name)) refuse('duplicate-header', name);
  }
  for (let index = 0; index < coreAttributes.length; index++) {
    const name = coreAttributes[index] ?? 'id';
    const raw = values[coreHeaders[index] ?? ''];
    if (raw === undefined) {
      if (index >= requiredCount) continue;
      // With none of the four this is some other request, and not a broken event.
      if (coreHeaders.slice(0, requiredCount).every((header) => values[header] === undefined)) {
        refuse('not-a-cloudevent');
      }
      refuse('missing', name);
    }
    if (name === 'datacontenttype') {
      // Content-Type is the attribute verbatim: it is neither quoted nor percent-encoded.
      setAttribute(draft, name, trimWhitespace(raw), context);
    } else {
      left--;
      setAttribute(draft, name, readHeader(name, raw, context), context, raw);
    }
  }
  if (left > 0) setExtensions(draft, values, cloudEventNames, context);
  // HTTP cannot tell an empty body from none: zero bytes are no data.
  if (body.length > 0) {
    draft.data =
      draft.datacontenttype === undefined ? body : decodeData(draft.datacontenttype, body, context);
  }
  // All required attributes have been found by now.
  return draft as CloudEvent;
}

function setExtensions(
  draft: EventDraft,
  values: CollectedHeaders['values'],
  headers: readonly string[],
  context: DecodeContext,
): void {
  for (const header of headers) {
    if (coreHeaders.includes(header)) continue;
    const name = header.slice(3);
    if (name === 'datacontenttype') tolerate(context, 'ce-datacontenttype-forbidden', name);
    else if (!isAttributeName(name)) tolerate(context, 'invalid-name', name);
    else addExtension(draft, name, readHeader(name, values[header] ?? '', context));
  }
}

function readHeader(name: string, raw: string, context: DecodeContext): string {
  const decoded = decodeHeaderValue(raw, context.strict);
  if (!decoded.ok) refuse(decoded.reason, name);
  if (decoded.warning !== undefined) tolerate(context, decoded.warning, name);
  return decoded.value;
}
