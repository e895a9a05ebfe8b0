/**
 * Reads `Retry-After`: seconds, or a date. See RFC 9110, section 10.2.3.
 *
 * @param now - Milliseconds since the epoch.
 * @returns Milliseconds to wait; undefined when the header is absent or says nothing.
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,10}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
