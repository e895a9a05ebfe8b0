const utf8 = new TextEncoder();

/**
 * A view of the same bytes as a plain `Uint8Array`; a string is encoded as UTF-8.
 *
 * @returns undefined when the value is neither.
 */
export function toBytes(value: string): Uint8Array;
export function toBytes(value: unknown): Uint8Array | undefined;
export function toBytes(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return utf8.encode(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  // Node's Buffer is a Uint8Array with methods of other meaning, such as slice.
  return value.constructor === Uint8Array
    ? (value as Uint8Array)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The bytes of a text that has one character for each of them. */
export function charactersToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
