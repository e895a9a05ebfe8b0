import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runConcurrently } from '../src/harness/run-concurrently.js';

test.each([1, 3, 16])('keeps %d calls under way until the items run out', async (concurrency) => {
  const items = Array.from({ length: 40 }, (_, index) => index);
  /** @type {number[]} */
  const finished = [];
  let underWay = 0;
  let most = 0;
  await runConcurrently(items, concurrency, async (item) => {
    most = Math.max(most, ++underWay);
    await sleep(item % 3);
    underWay--;
    finished.push(item);
  });
  expect(most).toBe(concurrency);
  expect(finished.sort((left, right) => left - right)).toEqual(items);
});

test('rejects with the first failure', async () => {
  const run = runConcurrently([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error('Item 2 failed.');
  });
  await expect(run).rejects.toThrow('Item 2 failed.');
});
