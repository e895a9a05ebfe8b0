import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, pairRounds, quantile, ratios } from '../src/harness/statistics.js';

const seed = 20_240_611;
const sampleLists = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
});
const parts = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantile', () => {
  test.each([
    // As numpy.quantile gives them.
    [[3], 0.1, 3],
    [[1, 2], 0.5, 1.5],
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[50, 15, 40, 20, 35], 0.1, 17],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9.1],
    [[2, 4, 4, 9], 0, 2],
    [[2, 4, 4, 9], 1, 9],
  ])('of %j at %d is %d', (samples, part, expected) => {
    expect(quantile(samples, part)).toBeCloseTo(expected, 12);
  });

  test('lies between the extremes and grows with the part', () => {
    fc.assert(
      fc.property(sampleLists, parts, parts, (samples, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const tolerance = 1e-6;
        expect(quantile(samples, low)).toBeGreaterThanOrEqual(Math.min(...samples) - tolerance);
        expect(quantile(samples, high)).toBeLessThanOrEqual(Math.max(...samples) + tolerance);
        expect(quantile(samples, low)).toBeLessThanOrEqual(quantile(samples, high) + tolerance);
      }),
      { seed },
    );
  });

  test('does not depend on the order, and leaves it alone', () => {
    fc.assert(
      fc.property(sampleLists, parts, (samples, part) => {
        const before = [...samples];
        const reversed = quantile([...samples].reverse(), part);
        expect(quantile(samples, part)).toBe(reversed);
        expect(samples).toEqual(before);
      }),
      { seed },
    );
  });

  test.each([
    [[], 0.5, 'no samples'],
    [[1, Number.NaN], 0.5, 'not a finite number'],
    [[1, Number.POSITIVE_INFINITY], 0.5, 'not a finite number'],
    [[1], -0.1, 'The part is -0.1'],
    [[1], 1.1, 'The part is 1.1'],
    [[1], Number.NaN, 'The part is NaN'],
  ])('refuses %j at %d', (samples, part, message) => {
    expect(() => quantile(samples, part)).toThrow(message);
  });
});

describe('median', () => {
  test('has as many samples below as above it', () => {
    fc.assert(
      fc.property(sampleLists, (samples) => {
        const middle = median(samples);
        const below = samples.filter((sample) => sample < middle).length;
        const above = samples.filter((sample) => sample > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(samples.length / 2);
      }),
      { seed },
    );
  });

  test('is not moved by one outlier', () => {
    expect(median([0.97, 0.96, 0.98, 0.97, 12])).toBe(0.97);
  });
});

describe('rounds', () => {
  test('are paired, so that a slow round of both does not count', () => {
    const quiet = ratios([95, 96, 97], [100, 100, 100]);
    const disturbed = ratios([95, 48, 97], [100, 50, 100]);
    expect(disturbed).toEqual(quiet);
  });

  test('must be equal in number', () => {
    expect(() => pairRounds([1, 2], [1], () => 0)).toThrow('2 rounds cannot be compared with 1');
  });
});
