import { runProgram } from '../run-program.js';

/**
 * Runs npm, and gives what it printed.
 *
 * @param {readonly string[]} args
 * @param {string} [folder]
 * @param {Record<string, string>} [env] Beside that of this process.
 * @returns {Promise<string>}
 * @throws Error when it fails, with all that it printed.
 */
export function runNpm(args, folder = process.cwd(), env = {}) {
  return runProgram({ command: ['npm', ...args], folder, env });
}
