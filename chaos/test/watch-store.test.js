import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchStore } from '../supervise/watch-stalls.js';

/** @typedef {() => Promise<unknown>} Write */

const succeeds = async () => {};
const fails = async () => {
  throw new Error('The disk is full.');
};

/** Watches writes one after the other, until there are no more. @param {readonly Write[]} writes */
async function watch(writes) {
  /** @type {{ from: number, to: number }[]} */
  const stalls = [];
  const over = new AbortController();
  const left = [...writes];
  await watchStore(
    async () => {
      const write = left.shift();
      if (left.length === 0) over.abort();
      await write?.();
    },
    (stall) => stalls.push(stall),
    over.signal,
  );
  return stalls.map(({ from, to }) => to - from);
}

test('a store that writes in time is not worth a word', async () => {
  expect(await watch([succeeds, succeeds, succeeds])).toEqual([]);
});

test('a write that took long is a stall of its own', async () => {
  const [stall = 0, ...others] = await watch([succeeds, () => pause(600), succeeds]);
  expect(stall).toBeGreaterThan(500);
  expect(others).toEqual([]);
});

test('writes that fail one after the other are one stall, to the end of the first that succeeds', async () => {
  const [stall = 0, ...others] = await watch([succeeds, fails, fails, fails, succeeds, succeeds]);
  expect(stall).toBeGreaterThan(250);
  expect(others).toEqual([]);
});

test('a store that fails to the end has a stall that lasts until then', async () => {
  const [stall = 0, ...others] = await watch([succeeds, fails, fails]);
  expect(stall).toBeGreaterThan(150);
  expect(others).toEqual([]);
});
