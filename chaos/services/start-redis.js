import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import { findFreePort } from '../../scripts/find-free-port.js';

export const hasRedis = () => spawnSync('redis-server', ['--version']).status === 0;

/**
 * A Redis of our own that keeps what it has confirmed: it is killed, stopped and started again.
 *
 * @param {string} folder
 */
export async function startRedis(folder) {
  const data = join(folder, 'redis');
  mkdirSync(data);
  const port = await findFreePort();
  const settings = {
    ...{ port, bind: '127.0.0.1', dir: data, save: '', daemonize: 'no', logfile: join(folder, 'redis.log') },
    ...{ appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' },
  };
  let server = await start();
  const forget = cleanUpAtExit(() => server.kill('SIGKILL'));

  async function start() {
    const child = spawn(
      'redis-server',
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      {
        stdio: 'ignore',
      },
    );
    const client = new Redis({ port, maxRetriesPerRequest: null, retryStrategy: () => 20 });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
    return child;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    /** @type {import('../supervise/inject-faults.js').Fault[]} */
    faults: [
      {
        name: 'Redis killed',
        run: async (milliseconds) => {
          server.kill('SIGKILL');
          await once(server, 'exit');
          await pause(milliseconds);
          server = await start();
        },
      },
      {
        name: 'Redis stopped',
        run: async (milliseconds) => {
          server.kill('SIGSTOP');
          await pause(milliseconds);
          server.kill('SIGCONT');
        },
      },
    ],
    stop: async () => {
      forget();
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
