import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../find-free-port.js';

/**
 * Starts the app in a folder, and waits until it listens.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {string} folder
 * @param {Record<string, string>} env
 */
export async function startApp([program, ...args], folder, env) {
  const port = await findFreePort();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a shell gives to a job: signals can then be sent to all of it.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const killGroup = (/** @type {NodeJS.Signals} */ signal) => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in it.
    }
  };
  // Whatever goes wrong here, no app is left behind.
  process.once('exit', () => killGroup('SIGKILL'));
  /** @type {Promise<number | null>} The end of the process, and of everything that holds its output. */
  const exitCode = new Promise((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });

  /** @param {string} text */
  async function waitFor(text) {
    for (let turn = 0; turn < 600 && !output.includes(text); turn++) {
      if (child.exitCode !== null) break;
      await delay(50);
    }
    if (output.includes(text)) return;
    throw new Error(`The app did not say "${text}". Its last words:\n${output.slice(-2_000)}`);
  }

  await waitFor('listening');
  return {
    url: `http://127.0.0.1:${port}/webhooks/fic`,
    exitCode,
    waitFor,
    /** To the process alone, as a container platform does it. @param {NodeJS.Signals} signal */
    signal: (signal) => child.kill(signal),
    /** To all of its group, as Ctrl+C in a terminal does it. */
    interrupt: () => killGroup('SIGINT'),
  };
}
