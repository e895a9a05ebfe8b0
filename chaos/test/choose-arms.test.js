import { expect, test } from 'vitest';
import random from '../plan/random.cjs';
import { chooseArms } from '../supervise/choose-arms.js';

const points = ['a', 'b', 'c'];

test('a new process is killed at the point that was hit least', () => {
  const next = random.createRandom(1);
  const hits = new Map([
    ['a', 2],
    ['b', 1],
    ['c', 3],
  ]);
  expect(chooseArms({ points, hits, fuse: [10, 20], next }).point).toBe('b');
});

test('each point gets its turn, and each fuse is within its limits', () => {
  const next = random.createRandom(1);
  /** @type {Map<string, number>} */
  const hits = new Map();
  for (let life = 0; life < 30; life++) {
    const { point = '', fuse } = chooseArms({ points, hits, fuse: [10, 20], next });
    expect(fuse).toBeGreaterThanOrEqual(10);
    expect(fuse).toBeLessThanOrEqual(20);
    hits.set(point, (hits.get(point) ?? 0) + 1);
  }
  expect(Object.fromEntries(hits)).toEqual({ a: 10, b: 10, c: 10 });
});

test('where there is no point nobody is killed', () => {
  const arms = chooseArms({ points: [], hits: new Map(), fuse: [1, 2], next: () => 0 });
  expect(arms.point).toBeUndefined();
});
