/** The JSON value of a body, or why there is none. */
export type ParsedJsonBody =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly reason: 'malformed-json' | 'invalid-utf8-body' | 'too-deep' | 'duplicate-member';
    };

/** Options of {@link parseJsonBody}. */
export interface ParseJsonBodyOptions {
  /** Take the last one of several members with one name, as JSON.parse does. Default false: they are refused. */
  readonly allowDuplicateMembers?: boolean;
}

/** Throws on invalid UTF-8 and takes a byte order mark off. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

const quote = 34;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/**
 * Reads a JSON text from its bytes: UTF-8 with or without a byte order mark, in linear time.
 *
 * Repeated members are looked for at the top level only: in the object, or in each object of an array.
 *
 * @param bytes - The body.
 * @param maxDepth - The most brackets and braces that may be open at once. JSON.parse takes any number, but
 * JSON.stringify and structuredClone overflow the stack from about two thousand.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8259#section-4 | RFC 8259 section 4}
 *
 * @example
 * ```ts
 * parseJsonBody(new TextEncoder().encode('{"a":1}'), 64); // { ok: true, value: { a: 1 } }
 * parseJsonBody(new TextEncoder().encode('[[[]]]'), 2); // { ok: false, reason: 'too-deep' }
 * ```
 */
export function parseJsonBody(
  bytes: Uint8Array,
  maxDepth: number,
  options?: ParseJsonBodyOptions,
): ParsedJsonBody {
  const unique = options?.allowDuplicateMembers !== true;
  // A text cannot be deeper than it is long, and most texts are short.
  const members = unique || bytes.length > maxDepth ? countMembers(bytes, maxDepth) : 0;
  if (members < 0) return { ok: false, reason: 'too-deep' };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, reason: 'invalid-utf8-body' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'malformed-json' };
  }
  if (unique && members !== countKeys(value)) return { ok: false, reason: 'duplicate-member' };
  return { ok: true, value };
}

/**
 * Counts the top-level members as written: in valid JSON each has one colon outside of strings. Works on bytes,
 * because no byte of a longer UTF-8 sequence looks like one of the characters searched for.
 *
 * @returns -1 when the text is deeper than allowed.
 */
function countMembers(bytes: Uint8Array, maxDepth: number): number {
  const { length } = bytes;
  let members = 0;
  let depth = 0;
  let memberDepth = 1;
  for (let index = 0; index < length; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      for (index++; index < length && bytes[index] !== quote; index++)
        if (bytes[index] === backslash) index++;
    } else if (byte === openBrace || byte === openBracket) {
      if (depth++ === 0) memberDepth = byte === openBrace ? 1 : 2;
      if (depth > maxDepth) return -1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
    } else if (byte === colon && depth === memberDepth) {
      members++;
    }
  }
  return members;
}

/** Counts the members that are left after parsing, in the same places. */
function countKeys(value: unknown): number {
  let keys = 0;
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) keys += Object.keys(item).length;
  }
  return keys;
}
