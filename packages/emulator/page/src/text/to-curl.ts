import type { RecordedRequest } from '../../../src/model/attempt.js';

/** What curl writes by itself, or must not repeat. */
const leftOut = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** A command for a shell that sends a recorded request again. */
export function toCurl({ method, url, headers, body }: RecordedRequest): string {
  const parts = [`curl -i -X ${method} ${quote(url)}`];
  for (const [name, value] of headers) {
    if (!leftOut.has(name.toLowerCase())) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  if (body !== '') parts.push(`--data-binary ${quote(body)}`);
  return parts.join(' \\\n  ');
}

/** Nothing has a meaning for the shell between single quotes, but the single quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
