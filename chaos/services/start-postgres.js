import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import { findFreePort } from '../../scripts/find-free-port.js';
import { makeTemporaryFolder } from '../../scripts/make-temporary-folder.js';
import { findIdentity, findPrograms } from '../../scripts/stores/find-postgres.js';

/** A cluster of our own, which is killed, stopped and started again. */
export async function startPostgres() {
  const programs = findPrograms() ?? '';
  // Not below the folder of the round, which the user of the server may not enter.
  const folder = makeTemporaryFolder('chaos-postgres');
  const data = join(folder, 'data');
  mkdirSync(data);
  const identity = findIdentity();
  if (identity !== undefined) {
    for (const path of [folder, data]) chownSync(path, identity.uid, identity.gid);
  }
  chmodSync(data, 0o700);
  const port = await findFreePort();
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    {
      ...identity,
      stdio: 'ignore',
    },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server = await start();
  const forget = cleanUpAtExit(() => killAll('SIGKILL'));

  async function start() {
    const child = spawn(
      join(programs, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-c', 'max_connections=200'],
      { ...identity, stdio: 'ignore', cwd: folder },
    );
    for (let turn = 0; ; turn++) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('SELECT 1');
        await client.end();
        return child;
      } catch (error) {
        if (turn > 600 || child.exitCode !== null) throw error;
        await pause(50);
      }
    }
  }

  /** @param {NodeJS.Signals} signal */
  function killAll(signal) {
    // The first process first, so that it starts no more; each of the others has a group of its own.
    for (const pid of [server.pid ?? 0, ...findChildren(server.pid ?? 0)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has just ended.
      }
    }
  }

  return {
    url,
    /** @type {import('../supervise/inject-faults.js').Fault[]} */
    faults: [
      {
        name: 'PostgreSQL killed',
        run: async (milliseconds) => {
          const ended = once(server, 'exit');
          killAll('SIGSTOP');
          killAll('SIGKILL');
          await ended;
          await pause(milliseconds);
          server = await start();
        },
      },
      {
        name: 'PostgreSQL stopped',
        run: async (milliseconds) => {
          killAll('SIGSTOP');
          await pause(milliseconds);
          killAll('SIGCONT');
        },
      },
    ],
    stop: async () => {
      forget();
      const ended = once(server, 'exit');
      killAll('SIGSTOP');
      killAll('SIGKILL');
      await ended;
    },
  };
}

/** @param {number} parent @returns {number[]} */
function findChildren(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The name of a program may hold spaces and brackets: what comes after the last one is fixed.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
      } catch {
        return false;
      }
    });
}
