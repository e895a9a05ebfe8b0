/** The driver reads text up to its first null character. */
export function readable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
