import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Starts a process under test, with failpoints in it.
 *
 * @param {object} options
 * @param {string} options.root The folder with `processes/`.
 * @param {string} options.program A file of it.
 * @param {object} options.told What the program is told.
 * @param {import('../processes/failpoints/failpoint.cjs').Arms} options.arms
 */
export function startProcess({ root, program, told, arms }) {
  return fork(join(root, 'processes', program), [], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      // Not as an argument: the inbox gives none to its threads, and the failpoints belong into them as well.
      NODE_OPTIONS: `--require=${join(root, 'processes/failpoints/preload.cjs')}`,
      CHAOS_FAILPOINTS: JSON.stringify(arms),
      CHAOS_PROCESS: JSON.stringify(told),
    },
  });
}
