/** Writes a text so that a POSIX shell takes it as one word. */
export function quote(text: string): string {
  return /^[\w:/.@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
