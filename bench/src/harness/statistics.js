/**
 * The value below which the given part of the samples lies, with linear interpolation between neighbours (type 7 of
 * Hyndman and Fan, the default of R and NumPy).
 *
 * @param {readonly number[]} samples - In any order; left as they are.
 * @param {number} part - From 0, the smallest sample, to 1, the largest.
 * @returns {number}
 * @throws {RangeError} When there are no samples, one is not a finite number, or the part is not between 0 and 1.
 */
export function quantile(samples, part) {
  if (samples.length === 0) throw new RangeError('There are no samples, so there is no quantile of them.');
  if (!samples.every(Number.isFinite))
    throw new RangeError(`A sample is not a finite number: ${samples.join(', ')}.`);
  if (!(part >= 0 && part <= 1)) throw new RangeError(`The part is ${part}. Give a number from 0 to 1.`);
  const sorted = [...samples].sort((left, right) => left - right);
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * The sample in the middle.
 *
 * @param {readonly number[]} samples
 * @returns {number}
 * @throws {RangeError} As {@link quantile} does.
 */
export function median(samples) {
  return quantile(samples, 0.5);
}

/**
 * Combines the samples of two contenders round by round. Both samples of a pair were taken shortly after one another, so
 * whatever slows the machine down for longer than a round falls on both.
 *
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 * @param {(ours: number, theirs: number) => number} combine
 * @returns {number[]}
 * @throws {RangeError} When the two do not have the same number of rounds.
 */
export function pairRounds(ours, theirs, combine) {
  if (ours.length !== theirs.length) {
    throw new RangeError(`${ours.length} rounds cannot be compared with ${theirs.length}.`);
  }
  return ours.map((value, round) => combine(value, theirs[round] ?? Number.NaN));
}

/**
 * How often one contender's speed goes into the other's, in each round.
 *
 * @param {readonly number[]} ours - Events per second.
 * @param {readonly number[]} theirs - Events per second.
 * @returns {number[]}
 * @throws {RangeError} As {@link pairRounds} does.
 */
export function ratios(ours, theirs) {
  return pairRounds(ours, theirs, (left, right) => left / right);
}
