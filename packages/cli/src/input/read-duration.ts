import { UsageError } from '../usage-error.js';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a span of time: milliseconds, or a number with a unit, such as `500ms`, `5s` or `10m`.
 *
 * @returns Milliseconds, at least 1.
 * @throws UsageError
 */
export function readDuration(flag: string, text: string): number {
  const [, number, unit = 'ms'] = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)?$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * (units[unit] ?? Number.NaN));
  // Timers hold no more than 31 bits.
  if (milliseconds >= 1 && milliseconds < 2 ** 31) return milliseconds;
  throw new UsageError(
    flag,
    `${flag} is "${text}", which is no span of time. Write milliseconds, or a number with a unit, such as 500ms, 5s or 10m.`,
  );
}
