/**
 * Something that can be measured once per round.
 *
 * @typedef {object} Contender
 * @property {string} name
 * @property {() => number | Promise<number>} measure - Takes one sample.
 */

/**
 * Measures all contenders in rounds. In each round every contender runs once, and each round begins with the next one,
 * so that no place in the order favours anybody.
 *
 * @param {object} options
 * @param {readonly Contender[]} options.contenders
 * @param {number} options.rounds - Rounds that count.
 * @param {number} [options.warmUpRounds] - Rounds before them, whose samples are thrown away. Default 1.
 * @param {(round: number, rounds: number) => void} [options.onRound] - Told before each round, from 1.
 * @returns {Promise<Map<string, number[]>>} The samples of each contender by its name, one for each round.
 */
export async function runRounds({ contenders, rounds, warmUpRounds = 1, onRound }) {
  /** @type {Map<string, number[]>} */
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  const all = rounds + warmUpRounds;
  for (let round = 0; round < all; round++) {
    onRound?.(round + 1, all);
    for (let place = 0; place < contenders.length; place++) {
      const contender = contenders[(round + place) % contenders.length];
      if (contender === undefined) continue;
      const sample = await contender.measure();
      if (round >= warmUpRounds) samples.get(contender.name)?.push(sample);
    }
  }
  return samples;
}

/**
 * The samples of one contender.
 *
 * @param {ReadonlyMap<string, number[]>} samples
 * @param {string} name
 * @returns {number[]}
 * @throws {Error} When there is no such contender.
 */
export function samplesOf(samples, name) {
  const found = samples.get(name);
  if (found === undefined)
    throw new Error(`No contender is called ${name}. There are: ${[...samples.keys()].join(', ')}.`);
  return found;
}
