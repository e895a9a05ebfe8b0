import ms from 'ms';
import type { TokenCheckView } from './views.js';

/** Checks when a token begins and ends, against the moment it was sent. */
export function checkTimes(
  { iat, exp }: Readonly<Record<string, unknown>>,
  sentAt: number,
): TokenCheckView[] {
  return [checkIssued(iat, sentAt), checkExpiry(exp, sentAt)];
}

function checkIssued(value: unknown, sentAt: number): TokenCheckView {
  const rest = { name: 'iat', value: showTime(value), expected: `not after ${toTime(sentAt)}` } as const;
  if (!isSeconds(value)) return { ...rest, ok: false, why: explainMissing(value) };
  const before = sentAt - value * 1000;
  if (before < 0) return { ...rest, ok: false, why: `Issued ${span(before)} after it was sent.` };
  // Times of tokens are whole seconds: the second in which it was sent counts as that moment.
  if (before < 1000) return { ...rest, ok: true, why: 'Issued at the moment it was sent.' };
  return { ...rest, ok: true, why: `Issued ${span(before)} before it was sent.` };
}

function checkExpiry(value: unknown, sentAt: number): TokenCheckView {
  const rest = { name: 'exp', value: showTime(value), expected: `after ${toTime(sentAt)}` } as const;
  if (!isSeconds(value)) return { ...rest, ok: false, why: explainMissing(value) };
  const left = value * 1000 - sentAt;
  return left > 0
    ? { ...rest, ok: true, why: `Valid for ${span(left)} after it was sent.` }
    : { ...rest, ok: false, why: `Expired ${span(left)} before it was sent.` };
}

/** A NumericDate (RFC 7519 section 2) that a Date can hold. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e12;
}

function explainMissing(value: unknown): string {
  return value === undefined ? 'It is missing.' : 'It is no number of seconds since 1970.';
}

function showTime(value: unknown): string | null {
  if (value === undefined) return null;
  return isSeconds(value) ? toTime(value * 1000) : JSON.stringify(value);
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function span(milliseconds: number): string {
  return ms(Math.abs(milliseconds), { long: true });
}
