import { spawn } from 'node:child_process';
import { cleanUpAtExit } from './clean-up-at-exit.js';

/**
 * Starts a program in a group of its own, as a shell gives to a job, so that signals can be sent to all that it starts. The
 * group does not outlive this process.
 *
 * @param {object} options
 * @param {readonly string[]} options.command
 * @param {string} options.folder
 * @param {Record<string, string>} options.env Beside that of this process.
 */
export function startGroup({ command: [program = '', ...args], folder, env }) {
  const child = spawn(program, args, {
    cwd: folder,
    // Frameworks that count their users must not be asked to.
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const forget = cleanUpAtExit(() => signalGroup('SIGKILL'));
  // A program that cannot be started has no group.
  child.once('error', forget);

  /** @param {NodeJS.Signals} signal */
  function signalGroup(signal) {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in it.
    }
  }

  return {
    child,
    signalGroup,
    /** Ends it, and all that it started. */
    stop: () => {
      forget();
      signalGroup('SIGKILL');
    },
  };
}
