import { setTimeout as delay } from 'node:timers/promises';
import { startGroup } from '../../scripts/start-group.js';

/** Milliseconds within which an endpoint must answer. The machine may be busy. */
const startWithin = 60_000;

/**
 * Starts the program of an endpoint, and waits until its control answers.
 *
 * @typedef {object} Endpoint
 * @property {() => string} lastWords The end of what it printed.
 * @property {() => void} stop
 */

/**
 * @param {object} options
 * @param {readonly string[]} options.command
 * @param {string} options.folder
 * @param {Record<string, string>} options.env
 * @param {string} options.control The URL under which its control answers.
 * @returns {Promise<Endpoint>}
 */
export async function startEndpoint({ command, folder, env, control }) {
  // What it writes for itself goes with the folder of the run: nothing is asked to clean up at its end.
  const { child, stop } = startGroup({ command, folder, env: { TMPDIR: folder, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  }
  /** @type {Error | undefined} */
  let failure;
  child.once('error', (error) => {
    failure = error;
  });
  const deadline = performance.now() + startWithin;
  while (failure === undefined && child.exitCode === null && performance.now() < deadline) {
    if (await answers(control)) return { lastWords: () => output, stop };
    await delay(50);
  }
  stop();
  throw new Error(`The endpoint did not start. ${failure?.message ?? ''}\n${output}`);
}

/** @param {string} control */
async function answers(control) {
  try {
    const response = await fetch(`${control}/handled`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
