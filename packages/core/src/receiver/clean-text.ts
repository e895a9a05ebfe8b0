// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be taken out.
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;
/** Three long base64url parts: whatever looks like a token, wherever a sender put it. */
const tokens = /[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g;

/** A token that a cut has left half of. */
const halfToken = /[\w-]{10,}\.[\w-]*(?:\.[\w-]*)?$/;

/** Half of a character that a cut has left: stores and senders of JSON refuse such a text. */
const halfCharacter = /[\ud800-\udbff]$/;

/**
 * Makes a foreign text fit for a log line: no control characters, nothing that looks like a token, 300 characters
 * at most.
 */
export function cleanText(text: string): string {
  // Cut first, so that a huge text costs nothing.
  const cut = text.length > 2000 ? text.slice(0, 2000).replace(halfToken, '[token]') : text;
  const cleaned = cut.replace(tokens, '[token]').replace(controls, ' ');
  return cleaned.length > 300 ? `${cleaned.slice(0, 300).replace(halfCharacter, '')}…` : cleaned;
}
