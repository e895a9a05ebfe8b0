/**
 * Does something with each of many, so many of them at once.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} atOnce
 * @param {(item: T) => Promise<unknown>} work
 */
export async function runAll(items, atOnce, work) {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
