import { decodeBase64 } from './base64.js';
import { coreAttributes, isAttributeName, isCoreAttribute } from './check-attribute.js';
import type { CloudEvent } from './cloud-event.js';
import { isJsonMediaType } from './media-type.js';
import { type DecodeContext, refuse, tolerate } from './refuse.js';
import { addExtension, type EventDraft, setAttribute, startDraft } from './set-attribute.js';
import { isCloudEventString } from './string-value.js';

/**
 * Makes an event of one JSON value in the JSON event format. A member that is `null` counts as absent, except for
 * `data`, of which `null` is a value like any other.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#2-attributes | JSON Event Format, sections 2 and 3}
 */
export function decodeJsonEvent(value: unknown, context: DecodeContext): CloudEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('not-an-object');
  const members = value as Readonly<Record<string, unknown>>;
  const draft: EventDraft = startDraft();
  for (const name of coreAttributes) {
    const member = members[name] ?? undefined;
    if (member !== undefined) setAttribute(draft, name, checkString(name, member), context);
    else if (name in draft) refuse('missing', name);
  }
  for (const name of Object.keys(members)) {
    if (isCoreAttribute(name) || name === 'data' || name === 'data_base64') continue;
    const member = members[name] ?? undefined;
    if (!isAttributeName(name)) tolerate(context, 'invalid-name', name);
    else if (typeof member === 'boolean') addExtension(draft, name, member);
    // The operator `|` makes a 32-bit integer: what it leaves as it was is one. It also takes the sign off zero.
    else if (typeof member === 'number' && (member | 0) === member) addExtension(draft, name, member | 0);
    else if (member !== undefined) addExtension(draft, name, checkString(name, member));
  }
  setData(draft, members);
  // All required attributes have been found by now.
  return draft as CloudEvent;
}

function checkString(name: string, value: unknown): string {
  if (typeof value !== 'string') refuse('wrong-type', name);
  return isCloudEventString(value) ? value : refuse('bad-char', name);
}

function setData(draft: EventDraft, { data, data_base64: encoded }: Readonly<Record<string, unknown>>): void {
  if ((encoded ?? undefined) !== undefined) {
    if (data !== undefined) refuse('data-and-data_base64');
    if (typeof encoded !== 'string') refuse('wrong-type', 'data_base64');
    draft.data = decodeBase64(encoded) ?? refuse('invalid-base64', 'data_base64');
  } else if (data !== undefined) {
    const { datacontenttype: type } = draft;
    // Without a type the data is JSON; a string of JSON stays a string and is not parsed again.
    if (type !== undefined && !isJsonMediaType(type) && typeof data !== 'string')
      refuse('data-not-string', 'data');
    draft.data = data;
  }
}
