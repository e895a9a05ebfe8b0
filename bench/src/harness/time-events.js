/**
 * Way of handling notifications that is compared with another.
 *
 * @template Item
 * @typedef {(items: readonly Item[]) => Promise<void>} EventRunner
 */

/**
 * Measures how many events a second a runner handles.
 *
 * @template Item
 * @param {EventRunner<Item>} run
 * @param {readonly Item[]} items
 * @returns {Promise<number>} Events per second.
 */
export async function timeEvents(run, items) {
  const start = performance.now();
  await run(items);
  return (items.length / (performance.now() - start)) * 1000;
}
