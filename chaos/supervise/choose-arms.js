/**
 * Chooses where a new process is killed: at the failpoint that was hit least so far, by chance where several were. It is hit
 * when it is passed after the fuse has burnt down, so that there are as many kills in a minute, however
 * many events there are.
 *
 * @param {object} options
 * @param {readonly string[]} options.points
 * @param {ReadonlyMap<string, number>} options.hits
 * @param {readonly [from: number, to: number]} options.fuse From the first pass on, in times of how long the process took to get there.
 * @param {() => number} options.next
 * @returns {{ point: string | undefined, fuse: number }}
 */
export function chooseArms({ points, hits, fuse: [from, to], next }) {
  const hitsOf = (/** @type {string} */ point) => hits.get(point) ?? 0;
  const fewest = Math.min(...points.map(hitsOf));
  const least = points.filter((point) => hitsOf(point) === fewest);
  return { point: least[Math.floor(next() * least.length)], fuse: from + next() * (to - from) };
}
