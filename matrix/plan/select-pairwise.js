/** @typedef {import('./create-rows.js').Row} Row */

/**
 * A small selection of the rows in which every two values that occur together in one row still do. Greedy: each next row is
 * the one with the most pairs that are not covered yet, the first of equals, so the same rows are chosen each time.
 *
 * @param {readonly Row[]} rows Of one group.
 * @returns {Row[]}
 */
export function selectPairwise(rows) {
  const uncovered = new Set(rows.flatMap(listPairs));
  /** @type {Row[]} */
  const chosen = [];
  while (uncovered.size > 0) {
    const [first, ...others] = rows.map((row) => ({
      row,
      gain: listPairs(row).filter((pair) => uncovered.has(pair)).length,
    }));
    if (first === undefined) break;
    const best = others.reduce((one, other) => (other.gain > one.gain ? other : one), first);
    chosen.push(best.row);
    for (const pair of listPairs(best.row)) uncovered.delete(pair);
  }
  return chosen;
}

/**
 * Each two values of a row, as text.
 *
 * @param {Row} row
 */
export function listPairs({ values }) {
  const all = Object.entries(values).map(([factor, value]) => `${factor}=${value}`);
  return all.flatMap((one, index) => all.slice(index + 1).map((other) => `${one} & ${other}`));
}
