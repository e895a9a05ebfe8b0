import { expect, test } from 'vitest';
import { kinds } from '../plan/kinds.js';
import { planEvents } from '../plan/plan-events.js';

const count = 5_000;
const plan = (seed = 1) => planEvents({ count, seed, transactional: true });

test('the same seed gives the same plan, another one another', () => {
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('each event is there once, and not in the order of its number', () => {
  const events = plan();
  expect(new Set(events.map(({ id }) => id)).size).toBe(count);
  expect(events.map(({ number }) => number).sort((one, other) => one - other)).toEqual(
    Array.from({ length: count }, (_, number) => number),
  );
  const early = events.filter(({ number }, place) => place < number).length;
  expect(early).toBeGreaterThan(count / 4);
});

test('every kind is there, the costly ones early and as often as they say', () => {
  const events = plan();
  for (const [name, kind] of Object.entries(kinds)) {
    const places = events.flatMap((event, place) => (event.kind === name ? [place] : []));
    expect(places.length, name).toBeGreaterThan(0);
    if (!('times' in kind)) continue;
    expect(places.length, name).toBeLessThanOrEqual(kind.times);
    expect(Math.max(...places), name).toBeLessThan(count / 4);
  }
});

test('some are sent as twins, some again', () => {
  const share = (/** @type {string} */ sent) => plan().filter((event) => event.sent === sent).length / count;
  expect(share('twins')).toBeCloseTo(0.1, 1);
  expect(share('again')).toBeCloseTo(0.05, 1);
});

test('without a database for them there are no transactional effects to miss, and only the costly kinds asked for', () => {
  const events = planEvents({ count, seed: 1, transactional: false, costly: ['zombie'] });
  const found = new Set(events.map(({ kind }) => kind));
  expect(found.has('transactional')).toBe(false);
  expect([...found].filter((kind) => 'times' in kinds[kind])).toEqual(['zombie']);
});
