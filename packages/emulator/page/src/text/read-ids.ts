/**
 * Reads ids as a person writes them: `12, 13 14`.
 *
 * @param type - The ids of `cashbook` are texts, all others are numbers where they look like it.
 * @returns Undefined when nothing is written.
 */
export function readIds(text: string, type: string): (number | string)[] | undefined {
  const written = text.split(/[\s,;]+/).filter((id) => id !== '');
  if (written.length === 0) return undefined;
  const areTexts = /(^|\.)cashbook\./.test(type);
  return written.map((id) => (!areTexts && /^-?\d{1,15}$/.test(id) ? Number(id) : id));
}
