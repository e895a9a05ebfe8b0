import { isDeepStrictEqual } from 'node:util';

/**
 * @typedef {import('./record-answer.js').Answer} Answer
 * @typedef {import('../rows.js').Exception} Exception
 *
 * @typedef {object} Comparison
 * @property {number} equal Answers that are the same, byte for byte.
 * @property {Map<Exception, number>} excused Answers that differ as an exception allows.
 * @property {string[]} differences All others, in words.
 */

/**
 * Compares the answers of an endpoint with those of the reference.
 *
 * @param {object} options
 * @param {ReadonlyMap<string, readonly Answer[]>} options.reference
 * @param {ReadonlyMap<string, readonly Answer[]>} options.answers
 * @param {readonly Exception[]} options.exceptions
 * @returns {Comparison}
 */
export function compareAnswers({ reference, answers, exceptions }) {
  /** @type {Comparison} */
  const comparison = { equal: 0, excused: new Map(), differences: [] };
  for (const [name, all] of reference) {
    const found = settleOrder(name, answers.get(name) ?? []);
    if (found.length !== all.length) {
      judge(name, [{ field: 'answers', wanted: String(all.length), got: String(found.length) }]);
      continue;
    }
    for (const [index, wanted] of settleOrder(name, all).entries()) {
      const got = found[index] ?? {};
      if (isDeepStrictEqual(got, wanted)) comparison.equal++;
      else judge(name, listDifferences(wanted, got));
    }
  }
  return comparison;

  /**
   * @param {string} name
   * @param {readonly Difference[]} differences Of one answer.
   */
  function judge(name, differences) {
    const allowed = exceptions.filter(({ cases }) => cases.test(name));
    for (const { field, wanted, got } of differences) {
      const exception = allowed.find(({ differs }) => differs.includes(field));
      if (exception === undefined) comparison.differences.push(`${name}: ${field} is ${got}, not ${wanted}`);
      else comparison.excused.set(exception, (comparison.excused.get(exception) ?? 0) + 1);
    }
  }
}

/**
 * Which of several requests at once comes first is not the endpoint's choice.
 *
 * @param {string} name
 * @param {readonly Answer[]} answers
 */
function settleOrder(name, answers) {
  return name.includes('at once')
    ? answers.toSorted((one, other) => Number(one['status']) - Number(other['status']))
    : answers;
}

/**
 * @typedef {{ field: string, wanted: string, got: string }} Difference
 *
 * @param {Answer} wanted
 * @param {Answer} got
 * @returns {Difference[]}
 */
function listDifferences(wanted, got) {
  const show = (/** @type {unknown} */ value) => (value === undefined ? 'absent' : JSON.stringify(value));
  return [...new Set([...Object.keys(wanted), ...Object.keys(got)])]
    .filter((field) => wanted[field] !== got[field])
    .map((field) => ({ field, wanted: show(wanted[field]), got: show(got[field]) }));
}
