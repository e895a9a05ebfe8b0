import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../find-free-port.js';
import { startGroup } from '../start-group.js';

/** @typedef {Awaited<ReturnType<typeof startApp>>} App */

/** Milliseconds for an app to say what it should. Other checks run at the same time. */
const patience = 60_000;
/** Milliseconds after a signal, by which the examples take one more for impatience: after a second. */
const impatientAfter = 1_200;

/**
 * Starts the app in a folder on a free port, and waits until it says that it listens.
 *
 * @param {object} options
 * @param {readonly string[]} options.command
 * @param {string} options.folder
 * @param {Record<string, string>} options.env
 * @param {string} [options.ready] What it says then. Default `listening`.
 */
export async function startApp({ command, folder, env, ready = 'listening' }) {
  const port = await findFreePort();
  const { child, signalGroup, stop } = startGroup({ command, folder, env: { ...env, PORT: String(port) } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  /** @type {Promise<number | null>} The end of the process, and of everything that holds its output. */
  const exitCode = new Promise((resolve, reject) => {
    child.once('close', resolve).once('error', reject);
  });

  const isRunning = () => child.exitCode === null && child.signalCode === null;

  /** @param {string} text */
  async function waitFor(text) {
    const deadline = performance.now() + patience;
    while (!output.includes(text) && isRunning() && performance.now() < deadline) await delay(50);
    // What it said last may still be on its way when the process has gone.
    if (!isRunning()) await Promise.race([exitCode, delay(1_000)]);
    if (output.includes(text)) return;
    const state = isRunning() ? 'It runs still' : `It ended with ${child.exitCode ?? child.signalCode}`;
    throw new Error(`The app did not say "${text}". ${state}. Its last words:\n${output.slice(-2_000)}`);
  }

  try {
    await waitFor(ready);
  } catch (error) {
    stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}/webhooks/fic`,
    exitCode,
    isRunning,
    waitFor,
    /** To the process alone, as a container platform does it. @param {NodeJS.Signals} signal */
    signal: (signal) => child.kill(signal),
    /** To the process alone, and once more when that is impatience. @param {NodeJS.Signals} signal */
    async insist(signal) {
      child.kill(signal);
      await waitFor(`${signal}: shutting down`);
      await delay(impatientAfter);
      child.kill(signal);
    },
    /** To all of its group, as Ctrl+C in a terminal does it. */
    interrupt: () => signalGroup('SIGINT'),
    stop,
  };
}
