import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readErrorBody } from '../../src/subscriptions/api/answer-shapes.js';
import { describeDuration } from '../../src/subscriptions/api/explain-refusal.js';
import { readRetryAfter } from '../../src/subscriptions/api/read-retry-after.js';
import { readText } from '../../src/subscriptions/api/read-text.js';
import { readWarnings } from '../../src/subscriptions/api/read-warnings.js';
import { describeDifference } from '../../src/subscriptions/ensure/describe-difference.js';
import { readRateLimit } from '../../src/subscriptions/rate-limit.js';

describe('readWarnings', () => {
  const taken = "The 'a.b' event is already registered for this application";
  const unknown = "The 'c.d' event does not exist.";
  const both = [
    { kind: 'already-registered', type: 'a.b', message: taken },
    { kind: 'unknown-type', type: 'c.d', message: unknown },
  ];

  test.each([
    [[taken, unknown]],
    [`${taken}\n${unknown}`],
    [`${taken}, ${unknown}`],
    [`${taken} ${unknown}`],
    [{ types: [taken, unknown] }],
    [[[taken], { more: unknown }]],
  ])('%j', (warnings) => {
    expect(readWarnings(warnings)).toEqual(both);
  });

  test.each([[null], [undefined], [''], [[]], [{}], [5], [true], [[null, 5]], ['  \n ']])(
    '%j is none',
    (warnings) => {
      expect(readWarnings(warnings)).toEqual([]);
    },
  );

  test('what is not known is passed on, cleaned', () => {
    expect(readWarnings(['Quota \u001b[1mnearly\u0007 used up.', `${taken} And more.`])).toEqual([
      { kind: 'other', message: 'Quota  [1mnearly  used up.' },
      both[0],
      { kind: 'other', message: 'And more.' },
    ]);
  });

  test('whatever comes, it gives a list (seed 20266)', () => {
    fc.assert(
      fc.property(fc.anything(), (warnings) => {
        expect(Array.isArray(readWarnings(warnings))).toBe(true);
      }),
      { seed: 20_266, numRuns: 500 },
    );
  });
});

test.each([
  ['120', 120_000],
  ['0', 0],
  [' 5 ', 5_000],
  ['1.5', 1_500],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['99999999999999', undefined],
])('Retry-After: %s', (value, expected) => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(readRetryAfter(new Headers({ 'retry-after': value }), now)).toBe(expected);
});

test('Retry-After that is absent', () => {
  expect(readRetryAfter(new Headers(), 0)).toBeUndefined();
});

test('rate limits: numbers only', () => {
  const headers = new Headers({ 'RateLimit-HourlyRemaining': '5', 'RateLimit-HourlyLimit': 'many' });
  expect(readRateLimit(headers)).toEqual({ hourlyRemaining: 5 });
});

test.each([
  ['https://example.com/fic', 'https://example.com/fic/', 'the slash at its end'],
  ['https://example.com/fic', 'https://Example.com/FIC', 'upper and lower case'],
  ['https://example.com/fic', 'https://example.com/fic?a=1', 'the query'],
  ['https://example.com/fic', 'http://example.com/fic', 'http instead of https'],
  ['https://example.com/fic', 'http://EXAMPLE.com/fic/?x', 'how it is written'],
  ['https://example.com/fic', 'https://example.com/other', undefined],
  ['https://example.com/fic', 'https://example.org/fic', undefined],
])('%s and %s differ in: %s', (sink, other, expected) => {
  expect(describeDifference(sink, other)).toBe(expected);
  expect(describeDifference(other, sink)).toBe(expected);
});

test.each([
  [0, '1 second'],
  [1_000, '1 second'],
  [30_000, '30 seconds'],
  [60_000, '60 seconds'],
  [150_000, '3 minutes'],
  [600_000, '10 minutes'],
  [7_200_000, '2 hours'],
  [172_800_000, '2 days'],
])('%i milliseconds are %s', (milliseconds, expected) => {
  expect(describeDuration(milliseconds)).toBe(expected);
});

test('an error body of any JSON, or of none, is read without an error (seed 20267)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(typeof readErrorBody(text)).toBe('object');
    }),
    { seed: 20_267, numRuns: 500 },
  );
});

test('a text that is cut in the middle of a character is put together', async () => {
  const bytes = new TextEncoder().encode('perché €');
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await readText(new Response(stream), bytes.length)).toBe('perché €');
  expect(await readText(new Response('12345'), 4)).toBeUndefined();
  expect(await readText(new Response(null), 4)).toBe('');
});
