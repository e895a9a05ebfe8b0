import { charactersToBytes } from './bytes.js';

/**
 * Decodes base64 with the standard alphabet and its padding. Nothing else is accepted, not even line breaks.
 *
 * @returns undefined when the text is not base64.
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-4 | RFC 4648 section 4}
 *
 * @example
 * ```ts
 * decodeBase64('AQID/w=='); // Uint8Array [1, 2, 3, 255]
 * ```
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  // atob would take whitespace and missing padding.
  if (text.length % 4 !== 0 || /[^A-Za-z\d+/=]|=(?!=?$)/.test(text)) return undefined;
  return charactersToBytes(atob(text));
}

/**
 * Encodes bytes as base64 with the standard alphabet and padding.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-4 | RFC 4648 section 4}
 *
 * @example
 * ```ts
 * encodeBase64(Uint8Array.of(1, 2, 3, 255)); // 'AQID/w=='
 * ```
 */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
