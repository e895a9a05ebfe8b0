const printableAscii = /^[\x20-\x7e]*$/;
/** Control characters, unpaired surrogates (in `u` mode only unpaired ones match) and noncharacters. */
const disallowed = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/**
 * Whether a text may be the value of a CloudEvents String: no control characters (U+0000–U+001F,
 * U+007F–U+009F), no Unicode noncharacters, no unpaired surrogates. The empty text passes.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system | Type System, String}
 *
 * @example
 * ```ts
 * isCloudEventString('caffè 😀'); // true
 * isCloudEventString('two\nlines'); // false
 * ```
 */
export function isCloudEventString(text: string): boolean {
  return printableAscii.test(text) || !disallowed.test(text);
}
