import { compareAnswers } from './compare-answers.js';

/**
 * @typedef {import('../rows.js').Exception} Exception
 * @typedef {import('./record-answer.js').Answer} Answer
 *
 * @typedef {object} Verdict
 * @property {number} pass Cases of the suite.
 * @property {number} skip
 * @property {number} fail Those that no exception explains.
 * @property {number} equal Answers that are the same as the reference's, byte for byte.
 * @property {Map<Exception, number>} excused How often each exception of the row was needed.
 * @property {string[]} problems Why the row fails; none, and it passes.
 */

/**
 * What the results of a row come to.
 *
 * @param {object} options
 * @param {import('../plan/create-rows.js').Row} options.row
 * @param {readonly import('./run-suite.js').CaseResult[]} options.results
 * @param {ReadonlyMap<string, readonly Answer[]>} options.answers
 * @param {ReadonlyMap<string, readonly Answer[]>} options.reference
 * @returns {Verdict}
 */
export function judgeRow({ row: { group, values }, results, answers, reference }) {
  const exceptions = (group.exceptions ?? []).filter(({ when }) => when === undefined || when(values));
  const { equal, excused, differences } = compareAnswers({ reference, answers, exceptions });
  const failed = [];
  for (const { name, result, why } of results) {
    if (result !== 'fail') continue;
    const exception = exceptions.find(({ fails, cases }) => fails?.test(why) && cases.test(name));
    if (exception === undefined) failed.push(`${name}: ${why}`);
    else excused.set(exception, (excused.get(exception) ?? 0) + 1);
  }
  const skipped = results.filter(({ result }) => result === 'skip');
  return {
    pass: results.filter(({ result }) => result === 'pass').length,
    skip: skipped.length,
    fail: failed.length,
    equal,
    excused,
    problems: [
      ...failed,
      ...skipped.map(({ name, why }) => `${name}: skipped. ${why}`),
      ...differences.map((difference) => `answer of ${difference}`),
    ],
  };
}
