import { memoryStore } from '@fic-webhooks/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runStoreConformance, storeConformanceCaseNames } from '../src/index.js';
import { StoreModel } from './store-model.js';

const fingerprints = ['f1', 'f2'] as const;
const keys = ['a', 'b', 'c', 'd', 'e', '__proto__'] as const;

const key = fc.constantFrom(...keys);
const duration = fc.integer({ min: 1, max: 100 });
/** Which of the claims given so far: mostly a recent one. */
const age = fc.integer({ min: 0, max: 6 });
/** The key to use with its token: mostly its own. */
const otherKey = fc.option(key, { freq: 4, nil: undefined });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('claim'),
      key,
      fingerprint: fc.constantFrom(...fingerprints),
      duration,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('extend'), otherKey, age, duration }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('complete'), otherKey, age, duration }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), otherKey, age }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), duration }) },
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([100_000, 4, 3, 2, 1])('memoryStore({ maxKeys: %i }) does what the model does', (maxKeys) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const store = memoryStore({ maxKeys });
      const model = new StoreModel(maxKeys);
      const given: { key: string; token: string }[] = [];
      for (const one of steps) {
        if (one.do === 'pass') {
          vi.advanceTimersByTime(one.duration);
          model.now += one.duration;
          continue;
        }
        if (one.do === 'claim') {
          const { fingerprint, duration: lease } = one;
          const wanted = model.claim(one.key, fingerprint, lease);
          seen.add(`claim ${wanted.state}`);
          if (wanted.state === 'full') {
            expect(() => store.claim(one.key, { owner: 'test', lease, fingerprint })).toThrow(
              expect.objectContaining({ code: 'store-full' }),
            );
            continue;
          }
          const result = store.claim(one.key, { owner: 'test', lease, fingerprint });
          if (!('state' in result)) throw new Error('memoryStore is expected to answer at once');
          const { state } = result;
          expect(result).toEqual(state === 'claimed' ? { ...wanted, token: result.token } : wanted);
          if (state === 'claimed') {
            expect(given.map(({ token }) => token)).not.toContain(result.token);
            given.push({ key: one.key, token: result.token });
            model.give(one.key, result.token);
          }
          continue;
        }
        const { key, token } = given.at(-1 - one.age) ?? { key: 'a', token: 'never given' };
        const claim = [one.otherKey ?? key, token] as const;
        const answer = one.do === 'release' ? store.release(...claim) : store[one.do](...claim, one.duration);
        const wanted = one.do === 'release' ? model.release(...claim) : model[one.do](...claim, one.duration);
        seen.add(`${one.do} ${wanted}`);
        expect(answer).toBe(wanted);
      }
      for (const what of model.seen) seen.add(what);
    }),
    { seed: 20_260_101, numRuns: 2_000 },
  );
  // A generator that never gets anywhere would pass too.
  const reached = [
    'claim claimed',
    'claim busy',
    'claim done',
    'complete true',
    'complete false',
    'extend true',
  ];
  if (maxKeys < keys.length) reached.push('claim full', 'evicted');
  // With one place there is only one to be evicted.
  if (maxKeys < keys.length && maxKeys > 1) reached.push('evicted one that was not claimed first');
  expect([...seen]).toEqual(expect.arrayContaining(reached));
});

test('memoryStore passes the store conformance suite on a moved clock', async () => {
  const results = await runStoreConformance({
    createStore: () => memoryStore(),
    advance: (milliseconds) => vi.advanceTimersByTime(milliseconds),
  });
  expect(results).toEqual(storeConformanceCaseNames.map((name) => ({ name, result: 'pass', why: '' })));
});
