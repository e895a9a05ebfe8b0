/** A quoted-string found in a text. */
export interface QuotedString {
  /** What the quotes hold, escapes undone. */
  readonly value: string;
  /** The index after the closing quote. */
  readonly end: number;
}

/**
 * Reads the quoted-string that begins at `start`, where the opening quote is. A backslash escapes the character
 * after it.
 *
 * @returns undefined when the closing quote is missing.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4 | RFC 9110 section 5.6.4}
 *
 * @example
 * ```ts
 * readQuotedString('"a\\"b" c', 0); // { value: 'a"b', end: 6 }
 * ```
 */
export function readQuotedString(text: string, start: number): QuotedString | undefined {
  let value = '';
  for (let index = start + 1; index < text.length; index++) {
    let character = text.charAt(index);
    if (character === '"') return { value, end: index + 1 };
    if (character === '\\') character = text.charAt(++index);
    value += character;
  }
  return undefined;
}
