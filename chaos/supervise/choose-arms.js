/**
 * A failpoint, and how likely it is hit when it is passed: little where thousands pass, always where few do.
 *
 * @typedef {{ point: string, chance: number }} Failpoint
 */

/** How much more likely the failpoint is hit that the process is meant for. */
const favour = 5;

/**
 * The failpoints of a new process. It is meant for the one that was hit least so far; the others may come first.
 *
 * @param {readonly Failpoint[]} points
 * @param {ReadonlyMap<string, number>} hits
 * @param {number} ferocity
 * @returns {Record<string, number>}
 */
export function chooseArms(points, hits, ferocity) {
  const hitsOf = (/** @type {Failpoint} */ { point }) => hits.get(point) ?? 0;
  const [least] = [...points].sort((one, other) => hitsOf(one) - hitsOf(other));
  return Object.fromEntries(
    points.map((point) => [
      point.point,
      Math.min(1, ferocity * (point === least ? point.chance * favour : point.chance / favour)),
    ]),
  );
}
