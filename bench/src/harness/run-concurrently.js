/**
 * Calls `start` for each item, with a fixed number of calls under way at any time.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} concurrency
 * @param {(item: Item) => Promise<unknown>} start
 * @returns {Promise<void>} Rejects with the first failure.
 */
export async function runConcurrently(items, concurrency, start) {
  // All lanes take from one iterator, so none is left with a longer way than another.
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await start(item);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}
