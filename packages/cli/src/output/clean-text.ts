/** Control characters, halves of surrogate pairs, line separators, and what changes the direction of writing. */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/gu;

/**
 * Makes a foreign text fit for a terminal: nothing in it can move the cursor, change colours or begin a line.
 *
 * @param maximumLength - In UTF-16 code units. What is longer is cut.
 */
export function cleanText(text: string, { maximumLength = 300 }: { maximumLength?: number } = {}): string {
  // Cut first, so that a huge text costs nothing.
  const cleaned = text.slice(0, maximumLength + 1).replace(unsafe, ' ');
  return text.length > maximumLength ? `${cleaned.slice(0, maximumLength)}…` : cleaned;
}
