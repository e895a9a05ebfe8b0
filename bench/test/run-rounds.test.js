import { expect, test } from 'vitest';
import { runRounds, samplesOf } from '../src/harness/run-rounds.js';

/** @param {string[]} order */
function makeContenders(order) {
  return ['a', 'b', 'c'].map((name) => ({
    name,
    async measure() {
      order.push(name);
      return order.length;
    },
  }));
}

test('every contender runs once in each round, and each round begins with the next one', async () => {
  /** @type {string[]} */
  const order = [];
  await runRounds({ contenders: makeContenders(order), rounds: 3, warmUpRounds: 1 });
  expect(order.join('')).toBe('abcbcacababc');
});

test('the samples of the first rounds are thrown away', async () => {
  const samples = await runRounds({ contenders: makeContenders([]), rounds: 2, warmUpRounds: 2 });
  expect(samplesOf(samples, 'c')).toEqual([7, 12]);
});

test('the name of a contender that does not exist is refused', async () => {
  const samples = await runRounds({ contenders: makeContenders([]), rounds: 1 });
  expect(() => samplesOf(samples, 'd')).toThrow('No contender is called d. There are: a, b, c.');
});

test('a failure ends the run', async () => {
  const contenders = [{ name: 'a', measure: () => Promise.reject(new Error('The receiver answered 503.')) }];
  await expect(runRounds({ contenders, rounds: 1 })).rejects.toThrow('answered 503');
});
