import { type CoreAttribute, checkAttribute } from './check-attribute.js';
import type { CloudEvent, ExtensionValue } from './cloud-event.js';
import { type DecodeContext, refuse, tolerate } from './refuse.js';
import { timestampMilliseconds } from './timestamp.js';

/** An event in the making: the required attributes are there from the start, to be filled. */
export type EventDraft = { -readonly [Name in CoreAttribute]?: string } & Pick<
  CloudEvent,
  'data' | 'extensions'
>;

/** A new event. With the required attributes there from the start its shape is known to the engine. */
export function startDraft(): EventDraft {
  return { specversion: '', id: '', source: '', type: '' };
}

/**
 * Checks the value of a core attribute and puts it on the event.
 *
 * @param raw - What the header held before it was decoded. Senders forget that the escapes of a URI must be escaped
 * once more in a header; their value decodes to an illegal URI while the raw one is right.
 */
export function setAttribute(
  draft: EventDraft,
  name: CoreAttribute,
  value: string,
  context: DecodeContext,
  raw = value,
): void {
  draft[name] = value;
  const reason = checkAttribute(name, value);
  if (reason === undefined) return;
  if (reason.startsWith('invalid-uri') && checkAttribute(name, raw) === undefined) draft[name] = raw;
  // A space instead of the T: RFC 3339 section 5.6 leaves it to agreement between the parties.
  else if (name !== 'time' || timestampMilliseconds(value) === undefined) refuse(reason, name);
  tolerate(context, reason, name);
}

/** Puts an extension on the event, whose map has no prototype: names such as `constructor` are legal. */
export function addExtension(draft: EventDraft, name: string, value: ExtensionValue): void {
  draft.extensions ??= Object.create(null) as Record<string, ExtensionValue>;
  (draft.extensions as Record<string, ExtensionValue>)[name] = value;
}
