import { expect, test } from 'vitest';
import { judge } from '../src/harness/measurement.js';

const rounds = [0.9, 0.94, 0.95, 0.96, 0.97, 0.98, 0.96, 0.95, 0.97, 0.96, 0.96];

test('where higher is better, the bound is the value that nine rounds of ten exceed', () => {
  expect(judge({ name: 'a', unit: '×', better: 'higher', samples: rounds })).toEqual({
    median: 0.96,
    bound: 0.94,
    met: undefined,
  });
});

test('where lower is better, the bound is the value that nine rounds of ten stay below', () => {
  expect(judge({ name: 'a', unit: 'µs', better: 'lower', samples: rounds })).toMatchObject({
    median: 0.96,
    bound: 0.97,
  });
});

test.each([
  ['higher', { median: 0.96 }, true],
  ['higher', { median: 0.961 }, false],
  ['higher', { median: 0.95, bound: 0.94 }, true],
  ['higher', { median: 0.95, bound: 0.941 }, false],
  ['lower', { median: 0.96 }, true],
  ['lower', { median: 0.959 }, false],
  ['lower', { median: 1, bound: 0.97 }, true],
  ['lower', { median: 1, bound: 0.969 }, false],
])('with %s better, the target %j is met: %s', (direction, target, met) => {
  const better = direction === 'higher' ? 'higher' : 'lower';
  expect(judge({ name: 'a', unit: '×', better, samples: rounds, target })?.met).toBe(met);
});

test('without samples there is nothing to judge', () => {
  expect(
    judge({ name: 'a', unit: 'µs', better: 'lower', samples: [], target: { median: 1 } }),
  ).toBeUndefined();
});
