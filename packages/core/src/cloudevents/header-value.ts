import { charactersToBytes } from './bytes.js';
import { readQuotedString } from './quoted-string.js';
import { isCloudEventString } from './string-value.js';
import { trimWhitespace } from './trim-whitespace.js';

/** What became of the value of a `ce-*` header. */
export type DecodedHeaderValue =
  | {
      readonly ok: true;
      /** A valid CloudEvents String, perhaps empty. */
      readonly value: string;
      /** Present when the value had to be repaired. */
      readonly warning?: 'bad-percent-encoding' | 'non-ascii-header';
    }
  | {
      readonly ok: false;
      readonly reason:
        | 'bad-char'
        | 'bad-percent-encoding'
        | 'bad-quoting'
        | 'invalid-utf8'
        | 'non-ascii-header';
    };

/** Nothing to decode: printable ASCII without percent signs, opening quote or outer spaces. */
const plain = /^(?:[!#$&-~](?:[ -$&-~]*[!-$&-~])?)?$/;
const strayPercent = /%(?![\da-f]{2})/gi;
const nonAscii = /[^\0-\x7f]/;
const nonByte = /[^\0-\xff]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes the value of a `ce-*` header: whitespace off the ends, then the double quotes undone if the whole value
 * is one quoted-string, then exactly one round of percent-decoding as UTF-8.
 *
 * Quotes inside a value are left alone: senders that follow older texts put raw JSON there.
 *
 * @param raw - The value as the HTTP parser gave it, one character for each byte.
 * @param strict - When false, a percent sign without two digits stays as it is, and raw UTF-8 bytes are read as
 * what they are, each with a warning. When true, both are refused.
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values | HTTP Protocol Binding, section 3.1.3.2}
 *
 * @example
 * ```ts
 * decodeHeaderValue('Euro%20%E2%82%AC', true); // { ok: true, value: 'Euro €' }
 * decodeHeaderValue('100%', false); // { ok: true, value: '100%', warning: 'bad-percent-encoding' }
 * decodeHeaderValue('%C0%A0', false); // { ok: false, reason: 'invalid-utf8' }
 * ```
 */
export function decodeHeaderValue(raw: string, strict: boolean): DecodedHeaderValue {
  if (plain.test(raw)) return { ok: true, value: raw };
  let value = trimWhitespace(raw);
  let warning: 'bad-percent-encoding' | 'non-ascii-header' | undefined;
  if (nonAscii.test(value)) {
    const repaired = strict ? undefined : repairUtf8(value);
    if (repaired === undefined) return { ok: false, reason: 'non-ascii-header' };
    value = repaired;
    warning = 'non-ascii-header';
  }
  if (value.startsWith('"')) {
    const quoted = readQuotedString(value, 0);
    if (quoted === undefined) return { ok: false, reason: 'bad-quoting' };
    if (quoted.end === value.length) value = quoted.value;
  }
  if (value.includes('%')) {
    // `search` ignores the state that a global expression keeps, `test` would not.
    if (value.search(strayPercent) >= 0) {
      if (strict) return { ok: false, reason: 'bad-percent-encoding' };
      value = value.replace(strayPercent, '%25');
      warning = 'bad-percent-encoding';
    }
    try {
      // Throws on overlong forms, surrogates, truncated sequences and anything above U+10FFFF.
      value = decodeURIComponent(value);
    } catch {
      return { ok: false, reason: 'invalid-utf8' };
    }
  }
  if (!isCloudEventString(value)) return { ok: false, reason: 'bad-char' };
  return warning === undefined ? { ok: true, value } : { ok: true, value, warning };
}

/** Reads the characters as the UTF-8 bytes they stand for. */
function repairUtf8(value: string): string | undefined {
  // Characters above U+00FF are no bytes: the runtime has read the header as UTF-8 already.
  if (nonByte.test(value)) return value;
  try {
    return utf8.decode(charactersToBytes(value));
  } catch {
    return undefined;
  }
}
