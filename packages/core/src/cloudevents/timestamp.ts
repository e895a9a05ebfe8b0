/** Everything but the number of days in a month and the place of leap seconds. */
const shape =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** The Gregorian calendar repeats after 400 years. */
const millisecondsIn400Years = 12_622_780_800_000;
const millisecondsPerDay = 86_400_000;

/**
 * Whether a text is an RFC 3339 timestamp, as the CloudEvents attribute `time` must be.
 *
 * Any number of fraction digits, lower-case `t` and `z`, and the offset `-00:00` are legal. Second 60 is legal
 * only where a leap second can be: at the end of a month in UTC, in whatever offset that is written. The
 * separator must be a `T`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3339#section-5.6 | RFC 3339 section 5.6}
 *
 * @example
 * ```ts
 * isTimestamp('2023-04-04T12:54:21+02:00'); // true
 * isTimestamp('2023-02-30T00:00:00Z'); // false
 * ```
 */
export function isTimestamp(text: string): boolean {
  return text[10] !== ' ' && timestampMilliseconds(text) !== undefined;
}

/**
 * The instant of an RFC 3339 timestamp, in milliseconds since the epoch. Digits below the millisecond are cut
 * off. A leap second counts as the second after it. A space instead of the `T` is understood, see
 * {@link isTimestamp} for the strict check.
 *
 * @returns undefined when the text is not a timestamp.
 *
 * @example
 * ```ts
 * timestampMilliseconds('2023-04-04T12:54:21+02:00'); // 1680605661000
 * ```
 */
export function timestampMilliseconds(text: string): number | undefined {
  if (!shape.test(text)) return undefined;
  const read = (start: number): number =>
    (text.charCodeAt(start) - 48) * 10 + text.charCodeAt(start + 1) - 48;
  const day = read(8);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999: ask for the same day 400 years later.
  const date = Date.UTC(read(0) * 100 + read(2) + 400, read(5) - 1, day);
  if (day > 28 && !isDayOfMonth(date, day)) return undefined;
  const end = text.length;
  const offset = text[end - 3] === ':' ? read(end - 5) * 60 + read(end - 2) : 0;
  const minutes = read(11) * 60 + read(14) - (text[end - 6] === '-' ? -offset : offset);
  const instant = date - millisecondsIn400Years + minutes * 60_000 + read(17) * 1000;
  if (text[17] === '6' && (instant % millisecondsPerDay !== 0 || !isDayOfMonth(instant, 1))) return undefined;
  // `.25` is 250, `.0009` is 0.
  return text[19] === '.'
    ? instant + Number(`${text.slice(20, 23).replace(/\D.*/, '')}00`.slice(0, 3))
    : instant;
}

function isDayOfMonth(instant: number, day: number): boolean {
  return new Date(instant).getUTCDate() === day;
}
