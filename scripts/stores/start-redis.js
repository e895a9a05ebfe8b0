import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cleanUpAtExit } from '../clean-up-at-exit.js';
import { findFreePort } from '../find-free-port.js';
import { makeTemporaryFolder } from '../make-temporary-folder.js';

/** Settings with which Redis keeps what it has confirmed. */
export const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Why no Redis can be started here. */
export function redisIsMissing() {
  return spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'redis-server is not installed';
}

/**
 * A Redis of our own, with its files in a folder of its own: it can be stopped, killed and started again.
 *
 * @param {readonly string[]} [settings] Flags of `redis-server`. Default: those that make it durable.
 * @param {number} [given] The port. Default: a free one.
 */
export async function startRedis(settings = durable, given) {
  const port = given ?? (await findFreePort());
  const folder = makeTemporaryFolder('redis');
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  const forget = cleanUpAtExit(() => signal('SIGKILL'));
  await start();

  async function start() {
    const child = spawn('redis-server', [...place, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    let printed = '';
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server did not start. It printed:\n${printed}`)));
      child.stdout.on('data', (text) => {
        printed += text;
        // Not before all that it has kept is read.
        if (printed.includes('Ready to accept connections')) resolve(undefined);
      });
    });
  }

  /** @param {NodeJS.Signals} name */
  function signal(name) {
    server.kill(name);
  }

  /** Waits until it is gone. */
  async function kill() {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    signal('SIGKILL');
    await ended;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal,
    kill,
    /** Starts it again on the same port, with what it has kept. */
    restart: start,
    /** Ends it for good, its files with it. */
    stop: async () => {
      forget();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
