import fc from 'fast-check';

/** The same items in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  const order = fc.shuffledSubarray([...items], { minLength: items.length });
  return fc.sample(order, { seed, numRuns: 1 })[0] ?? [];
}
