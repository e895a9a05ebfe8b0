import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimestamp, timestampMilliseconds } from '../../src/cloudevents/timestamp.js';

describe('timestamps', () => {
  it.each([
    ['2023-04-04T12:54:21+02:00', '2023-04-04T10:54:21.000Z'],
    ['2023-04-04T12:54:21Z', '2023-04-04T12:54:21.000Z'],
    ['2023-04-04t12:54:21z', '2023-04-04T12:54:21.000Z'],
    ['2023-04-04T12:54:21-00:00', '2023-04-04T12:54:21.000Z'],
    ['2023-04-04T12:54:21.1Z', '2023-04-04T12:54:21.100Z'],
    ['2023-04-04T12:54:21.0009Z', '2023-04-04T12:54:21.000Z'],
    ['2023-04-04T12:54:21.12-23:59', '2023-04-05T12:53:21.120Z'],
    ['2023-04-04T12:54:21.999999999999999999999+23:59', '2023-04-03T12:55:21.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.5Z', '2017-01-01T00:00:00.500Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T15:59:60-08:00', '2017-01-01T00:00:00.000Z'],
    ['2015-06-30T23:59:60Z', '2015-07-01T00:00:00.000Z'],
    ['1969-12-31T23:59:60Z', '1970-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(isTimestamp(text)).toBe(true);
    expect(new Date(timestampMilliseconds(text) ?? Number.NaN).toISOString()).toBe(instant);
  });

  it.each([
    '',
    '2023-04-04',
    '2023-04-04T12:54:21',
    '2023-04-04T12:54Z',
    '2023-02-30T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2023-04-31T00:00:00Z',
    '2023-00-01T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-01-00T00:00:00Z',
    '2023-01-32T00:00:00Z',
    '2023-04-04T24:00:00Z',
    '2023-04-04T23:60:00Z',
    '2023-04-04T23:59:61Z',
    '2023-04-04T12:54:21+24:00',
    '2023-04-04T12:54:21-24:00',
    '2023-04-04T12:54:21+02:60',
    '2023-04-04T12:54:21+0200',
    '2023-04-04T12:54:21+02',
    '2023-04-04T12:54:21.Z',
    '2023-04-04T12:54:21,5Z',
    '2023-04-04T12:54:60Z',
    '2016-12-30T23:59:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:59:60+01:00',
    'Tue, 04 Apr 2023 12:54:21 GMT',
    '1680605661',
    '12023-04-04T12:54:21Z',
    '-2023-04-04T12:54:21Z',
    '23-04-04T12:54:21Z',
    '2023-4-4T12:54:21Z',
    ' 2023-04-04T12:54:21Z',
    '2023-04-04T12:54:21Z ',
    '2023-04-04T12:54:21Z\n',
    '2023-04-04_12:54:21Z',
    '2023-04-04T12:54:21ZZ',
    '２023-04-04T12:54:21Z',
  ])('%s is none', (text) => {
    expect(isTimestamp(text)).toBe(false);
    expect(timestampMilliseconds(text)).toBeUndefined();
  });

  it('a space for the T is understood, and not strictly right', () => {
    expect(isTimestamp('2023-04-04 12:54:21Z')).toBe(false);
    expect(timestampMilliseconds('2023-04-04 12:54:21Z')).toBe(Date.parse('2023-04-04T12:54:21Z'));
  });

  it('agrees with the engine on every date, at any offset', () => {
    const offset = fc.tuple(
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
    );
    const date = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    const pad = (value: number): string => String(value).padStart(2, '0');
    fc.assert(
      fc.property(date, offset, (value, [sign, hours, minutes]) => {
        const text = `${value.toISOString().slice(0, -1)}${sign}${pad(hours)}:${pad(minutes)}`;
        expect(isTimestamp(text)).toBe(true);
        expect(timestampMilliseconds(text)).toBe(Date.parse(text));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
