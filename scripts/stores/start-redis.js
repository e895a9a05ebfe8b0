import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cleanUpAtExit } from '../clean-up-at-exit.js';
import { findFreePort } from '../find-free-port.js';
import { listens } from '../listens.js';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { waitUntil } from '../wait-until.js';

/** Why no Redis can be started here. */
export function redisIsMissing() {
  return spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'redis-server is not installed';
}

/**
 * A Redis of our own, with its files in a folder of its own.
 *
 * @param {object} [options]
 * @param {boolean} [options.isDurable] Whether it keeps what it has confirmed. Default true.
 * @param {number} [options.port] Default a free one.
 */
export async function startRedis({ isDurable = true, port: given } = {}) {
  const port = given ?? (await findFreePort());
  const folder = makeTemporaryFolder('redis');
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const durable = isDurable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  let server = await start();
  cleanUpAtExit(() => server.kill('SIGKILL'));

  async function start() {
    const child = spawn('redis-server', [...settings, ...durable], { stdio: 'ignore' });
    await waitUntil('redis-server listens', () => listens(port));
    return child;
  }

  async function stop() {
    const ended = once(server, 'exit');
    if (server.kill('SIGKILL')) await ended;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    /** Starts it again, with what it has kept. */
    restart: async () => {
      server = await start();
    },
  };
}
