import { decodeHeaderValue } from '../cloudevents/header-value.js';
import { isCloudEventString } from '../cloudevents/string-value.js';
import type { CollectedHeaders } from '../http/collect-headers.js';

/** The attributes of an event that this profile looks at, decoded; undefined where absent or not a valid String. */
export interface Attributes {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly source: string | undefined;
  readonly subject: string | undefined;
  readonly time: string | undefined;
  readonly specversion: string | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads the `ce-*` headers of a binary event. */
export function readHeaderAttributes({ values }: CollectedHeaders): Attributes {
  return {
    id: decodeText(values['ce-id']),
    type: decodeText(values['ce-type']),
    source: decodeText(values['ce-source']),
    subject: decodeText(values['ce-subject']),
    time: decodeText(values['ce-time']),
    specversion: decodeText(values['ce-specversion']),
  };
}

/** Reads the members of a structured event. */
export function readMemberAttributes(body: JsonObject): Attributes {
  return {
    id: memberText(body, 'id'),
    type: memberText(body, 'type'),
    source: memberText(body, 'source'),
    subject: memberText(body, 'subject'),
    time: memberText(body, 'time'),
    specversion: memberText(body, 'specversion'),
  };
}

/**
 * Finds a `ce-*` header beside a structured body that differs from it: a gateway may have routed by it.
 *
 * @returns The name of the attribute, or undefined when all copies are true.
 */
export function findDifferingCopy(
  { values, cloudEventNames }: CollectedHeaders,
  body: JsonObject,
): string | undefined {
  for (const header of cloudEventNames) {
    const name = header.slice('ce-'.length);
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    // An attribute that only the header has is no copy, unless it is one that the body must have.
    const isCopy = value !== undefined || coreNames.has(name);
    if (isCopy && decodeText(values[header]) !== String(value)) return name;
  }
  return undefined;
}

const coreNames: ReadonlySet<string> = new Set(['id', 'type', 'source', 'subject', 'specversion', 'time']);

/** The decoded value of a `ce-*` header. */
export function decodeText(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const decoded = decodeHeaderValue(raw, false);
  return decoded.ok ? decoded.value : undefined;
}

/** Own members only: a body must not reach what lies on a prototype. */
function memberText(body: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  return typeof value === 'string' && isCloudEventString(value) ? value : undefined;
}
