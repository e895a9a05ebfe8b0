/**
 * Says that something cannot be tried on this machine, which is an error where everything must be.
 *
 * @param {string} what
 * @param {string} why
 */
export function leaveOut(what, why) {
  if (process.env['CI']) throw new Error(`${what} must be tried in CI, and cannot be: ${why}.`);
  console.log(`  ${what} is left out: ${why}.`);
}
