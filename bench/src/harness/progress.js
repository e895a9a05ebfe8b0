/**
 * @typedef {object} Progress
 * @property {(text: string) => void} show - Replaces the line.
 * @property {() => void} clear
 */

/**
 * A line that says how far the run is, on a terminal only.
 *
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
export function createProgress(stream) {
  if (!stream.isTTY) return { show() {}, clear() {} };
  const replaceLine = (/** @type {string} */ text) =>
    stream.write(`\r\u001b[2K${text.slice(0, stream.columns - 1)}`);
  return { show: replaceLine, clear: () => replaceLine('') };
}
