import { text } from 'node:stream/consumers';
import { startGroup } from './start-group.js';

/** @typedef {{ command: readonly string[], folder: string, env?: Record<string, string> }} Program */

/**
 * Runs a program to its end, however it ends.
 *
 * @param {Program} program
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export async function tryProgram({ command, folder, env = {} }) {
  const { child, stop } = startGroup({ command, folder, env });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  stop();
  return { code, stdout, stderr };
}

/**
 * Runs a program, and gives what it printed.
 *
 * @param {Program} program
 * @returns {Promise<string>}
 * @throws Error when it does not end with 0, with all that it printed.
 */
export async function runProgram(program) {
  const { code, stdout, stderr } = await tryProgram(program);
  if (code === 0) return stdout;
  throw new Error(
    `${program.command.join(' ')} ended with ${code}, in ${program.folder}:\n${stdout}${stderr}`,
  );
}
