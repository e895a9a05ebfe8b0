/**
 * Takes the optional whitespace of HTTP (spaces and tabs) off both ends.
 *
 * A loop, because the regular expression for the end takes quadratic time on long runs of spaces inside.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3 | RFC 9110 section 5.6.3}
 *
 * @example
 * ```ts
 * trimWhitespace(' a b\t'); // 'a b'
 * ```
 */
export function trimWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ' \t'.includes(text.charAt(start))) start++;
  while (end > start && ' \t'.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
