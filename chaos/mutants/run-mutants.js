/** @typedef {import('../parts/part.js').Part} Part */

/**
 * @param {{ parts: readonly Part[], seed: number, isQuick: boolean }} _options
 */
export async function runMutants(_options) {
  return false;
}
