/**
 * A text that both back ends take. PostgreSQL has no U+0000 in texts, and neither that nor half a surrogate pair in jsonb;
 * a message that was cut in the middle of an emoji ends with one. See job-data.ts for what must come back as it was.
 */
export function storableText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}
