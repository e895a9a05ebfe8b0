import { median, quantile } from './statistics.js';

/**
 * What a measurement should reach.
 *
 * @typedef {object} Target
 * @property {number} median - The median is at least this, or at most where lower is better.
 * @property {number} [bound] - Likewise for the bound.
 */

/**
 * One line of the result: a quantity that does not depend much on the machine, with one sample for each round.
 *
 * @typedef {object} Measurement
 * @property {string} name
 * @property {'×' | 'µs' | 'kB' | '/s'} unit - kB are 1,000 bytes.
 * @property {'higher' | 'lower'} better
 * @property {readonly number[]} samples - None where the platform cannot tell.
 * @property {Target} [target] - Absent for what is only reported.
 */

/**
 * A figure of this machine, to judge the measurements by.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {readonly number[]} samples
 */

/**
 * What a bench comes to.
 *
 * @typedef {object} BenchResult
 * @property {readonly Measurement[]} measurements
 * @property {readonly Figure[]} figures
 * @property {readonly string[]} [remarks] - Circumstances that a reader of the numbers must know.
 */

/**
 * @typedef {object} Judgement
 * @property {number} median
 * @property {number} bound - What nine rounds of ten do better than.
 * @property {boolean | undefined} met - Undefined without a target.
 */

/**
 * Reduces the samples to a median and a bound, and compares both with the target.
 *
 * @param {Measurement} measurement
 * @returns {Judgement | undefined} Undefined without samples.
 */
export function judge({ samples, better, target }) {
  if (samples.length === 0) return undefined;
  const result = { median: median(samples), bound: quantile(samples, better === 'higher' ? 0.1 : 0.9) };
  if (target === undefined) return { ...result, met: undefined };
  const reaches = (/** @type {number} */ value, /** @type {number} */ goal) =>
    better === 'higher' ? value >= goal : value <= goal;
  const met =
    reaches(result.median, target.median) &&
    (target.bound === undefined || reaches(result.bound, target.bound));
  return { ...result, met };
}
