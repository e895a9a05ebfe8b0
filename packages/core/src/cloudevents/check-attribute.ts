import type { DecodeErrorReason } from './decode-result.js';
import { parseMediaType } from './media-type.js';
import { isTimestamp } from './timestamp.js';
import { isAbsoluteUri, isUriReference } from './uri.js';

/** The attributes that the specification defines, the required ones first. */
export const coreAttributes = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'datacontenttype',
] as const;

/** Name of an attribute that the specification defines. */
export type CoreAttribute = (typeof coreAttributes)[number];

/** How many of {@link coreAttributes} are required. */
export const requiredCount = 4;

/** Whether a name is one that an attribute may have. `data` is reserved for the payload. */
export function isAttributeName(name: string): boolean {
  return /^[a-z\d]+$/.test(name) && name !== 'data';
}

/** Whether a name belongs to one of the attributes that the specification defines. */
export function isCoreAttribute(name: string): name is CoreAttribute {
  return (coreAttributes as readonly string[]).includes(name);
}

/**
 * Checks the value of a core attribute, a valid CloudEvents String already, against what the specification asks of
 * that attribute.
 *
 * @returns undefined when the value is right.
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes | Context Attributes}
 */
export function checkAttribute(name: CoreAttribute, value: string): DecodeErrorReason | undefined {
  if (name === 'time') return isTimestamp(value) ? undefined : 'invalid-timestamp';
  if (name === 'datacontenttype') {
    return value === 'application/json' || parseMediaType(value) ? undefined : 'invalid-media-type';
  }
  if (value === '') return 'empty';
  if (name === 'source') return isUriReference(value) ? undefined : 'invalid-uri-reference';
  if (name === 'dataschema') return isAbsoluteUri(value) ? undefined : 'invalid-uri';
  return name !== 'specversion' || value === '1.0' ? undefined : 'unsupported-specversion';
}
