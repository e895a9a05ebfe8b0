import { createRows } from './create-rows.js';
import { listPairs, selectPairwise } from './select-pairwise.js';

/**
 * @typedef {import('./create-rows.js').Row} Row
 *
 * @typedef {object} Plan
 * @property {Row[]} rows
 * @property {number} all How many rows there are in all.
 * @property {number} pairs How many pairs of values there are in them.
 * @property {number} covered How many of these occur in the rows chosen.
 */

/**
 * The rows of a run.
 *
 * @param {readonly import('../rows.js').Group[]} groups
 * @param {{ pairwise: boolean, only: readonly string[] }} options `only`: texts, one of which the title must hold.
 * @returns {Plan}
 */
export function selectRows(groups, { pairwise, only }) {
  const wanted = only.map((text) => text.toLowerCase());
  /** @type {Plan} */
  const plan = { rows: [], all: 0, pairs: 0, covered: 0 };
  for (const group of groups) {
    const all = createRows(group);
    const chosen = (pairwise ? selectPairwise(all) : all).filter(
      ({ title }) => wanted.length === 0 || wanted.some((text) => title.toLowerCase().includes(text)),
    );
    plan.rows.push(...chosen);
    plan.all += all.length;
    plan.pairs += new Set(all.flatMap(listPairs)).size;
    plan.covered += new Set(chosen.flatMap(listPairs)).size;
  }
  return plan;
}
