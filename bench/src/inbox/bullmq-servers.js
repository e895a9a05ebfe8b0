import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bullmqInbox } from '@fic-webhooks/bullmq';

/**
 * A store of the bench's own.
 *
 * @typedef {object} StoreServer
 * @property {string} url
 * @property {() => Promise<void>} stop
 */

/**
 * A Redis that syncs its log with every command, or undefined where none is installed.
 *
 * @returns {Promise<StoreServer | undefined>}
 */
export async function startRedis() {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const port = await findFreePort();
  const folder = makeFolder();
  const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
  const child = spawn('redis-server', ['--port', String(port), '--dir', folder, ...flags], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  return untilReady({ url, stop: () => stop(child, folder) });
}

/**
 * A PostgreSQL with the settings that it comes with, or undefined where none is installed.
 *
 * @returns {Promise<StoreServer | undefined>}
 */
export async function startPostgres() {
  const programs = findPostgres();
  if (programs === undefined) return undefined;
  const port = await findFreePort();
  const folder = makeFolder();
  const identity = findIdentity();
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  chmodSync(folder, 0o700);
  const trust = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  const place = { ...identity, cwd: folder };
  execFileSync(join(programs, 'initdb'), ['-D', folder, ...trust], { ...place, stdio: 'ignore' });
  const flags = ['-D', folder, '-p', String(port), '-k', folder, '-h', '127.0.0.1'];
  const child = spawn(join(programs, 'postgres'), flags, { ...place, stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return untilReady({ url, stop: () => stop(child, folder, 'SIGINT') });
}

/**
 * @param {StoreServer} server
 * @returns {Promise<StoreServer>}
 */
async function untilReady(server) {
  const inbox = bullmqInbox({ connection: server.url });
  for (let turn = 0; ; turn++) {
    try {
      await inbox.health();
      await inbox.close();
      return server;
    } catch (error) {
      if (turn < 100) await sleep(100);
      else throw error;
    }
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} folder
 * @param {NodeJS.Signals} signal
 */
async function stop(child, folder, signal = 'SIGKILL') {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

function makeFolder() {
  return mkdtempSync(join(tmpdir(), 'fic-webhooks-bench-'));
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Where Debian puts the programs of the newest version. */
function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(debian, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/**
 * PostgreSQL refuses to run as root.
 *
 * @returns {{ uid: number, gid: number } | { uid?: undefined }}
 */
function findIdentity() {
  if (process.getuid?.() !== 0) return {};
  const read = (/** @type {string} */ flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: read('-u'), gid: read('-g') };
}
