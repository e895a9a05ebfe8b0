/**
 * A seeded generator of numbers from 0 up to 1: the same seed gives the same numbers, in every process and thread.
 *
 * Mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c. CommonJS, because the failpoints are
 * preloaded with `--require`.
 *
 * @param {number} seed
 * @returns {() => number}
 */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A seed made of texts and numbers: FNV-1a.
 *
 * @param {...(string | number)} parts
 */
function mixSeed(...parts) {
  let hash = 0x811c9dc5;
  for (const character of parts.join('/')) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

module.exports = { createRandom, mixSeed };
