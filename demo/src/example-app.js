import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const exampleFolder = new URL('../../examples/express/', import.meta.url);

/**
 * The example app in a process of its own, started as its README says.
 *
 * @typedef {object} ExampleApp
 * @property {(text: string) => boolean} said Whether a line of its output since the last call of `forget` holds the text.
 * @property {() => void} forget
 * @property {() => Promise<number | null>} stop Sends SIGTERM, and resolves with the exit code.
 */

/**
 * @param {Record<string, string>} env
 * @returns {Promise<ExampleApp>}
 */
export async function startExampleApp(env) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts'], {
    cwd: exampleFolder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {string[]} */
  let lines = [];
  const listening = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('listening')) resolve(undefined);
      });
    }
    child.once('exit', (code) =>
      reject(new Error(`The example app ended with ${code}:\n${lines.join('\n')}`)),
    );
  });
  await listening;
  return {
    said: (text) => lines.some((line) => line.includes(text)),
    forget: () => {
      lines = [];
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
