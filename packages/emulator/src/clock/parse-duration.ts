import ms, { type StringValue } from 'ms';
import { cutText } from '../cut-text.js';
import { EmulatorError } from '../emulator-error.js';

/** The longest span that a clock can be moved by: 100 years. */
const maximum = ms('100y');

/**
 * Reads a span of time: milliseconds as a number, or a text such as `90s`, `10 minutes` or `10d`.
 *
 * @param duration - What the caller wrote.
 * @param field - Its name, for the error.
 * @returns Milliseconds, zero or more.
 * @throws EmulatorError `duration-invalid`.
 *
 * @example
 * ```ts
 * parseDuration('10m'); // 600000
 * ```
 */
export function parseDuration(duration: number | string, field = 'by'): number {
  const milliseconds = typeof duration === 'number' ? duration : readText(duration);
  if (!(milliseconds >= 0 && milliseconds <= maximum)) {
    throw new EmulatorError(
      'duration-invalid',
      `${field} is ${typeof duration === 'string' ? JSON.stringify(cutText(duration)) : String(duration)}, which is no span of time from zero to 100 years. Write milliseconds as a number, or a text such as "90s", "10m", "3h" or "10d".`,
      { field },
    );
  }
  return Math.round(milliseconds);
}

/** NaN for what is no span of time: `ms` answers some with undefined and throws at others. */
function readText(text: unknown): number {
  try {
    return ms(String(text).trim() as StringValue) ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
}
