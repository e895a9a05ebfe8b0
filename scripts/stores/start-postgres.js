import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cleanUpAtExit } from '../clean-up-at-exit.js';
import { findFreePort } from '../find-free-port.js';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { waitUntil } from '../wait-until.js';
import { findIdentity, findPrograms } from './find-postgres.js';
import { layOutCluster } from './lay-out-cluster.js';

const run = promisify(execFile);

/** Milliseconds within which the server must answer after it was started, recovery included. */
const startsWithin = 60_000;
/** Milliseconds between two looks. */
const between = 50;

/**
 * A PostgreSQL of our own, on a free port, with its files in a folder of its own: it can be stopped, killed and started again.
 *
 * @param {readonly string[]} [settings] Such as `fsync=off`.
 */
export async function startPostgres(settings = []) {
  const programs = findPrograms() ?? '';
  // The system tells where a process works without links.
  const folder = realpathSync(makeTemporaryFolder('postgres'));
  const data = join(folder, 'data');
  const identity = findIdentity();
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  layOutCluster(data, { programs, identity });
  const port = await findFreePort();
  const address = ['-h', '127.0.0.1', '-p', String(port)];
  const chosen = ['max_connections=200', ...settings].flatMap((setting) => ['-c', setting]);
  const logPath = join(folder, 'postgres.log');
  const log = openSync(logPath, 'a');
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  const forget = cleanUpAtExit(() => signal('SIGKILL'));
  await start();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const psql = join(programs, 'psql');
  const args = [url, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '-c'];
  /** What a statement gives, as text. @param {string} sql */
  const query = (sql) => execFileSync(psql, [...args, sql], { encoding: 'utf8' }).trim();

  /** Starts the server, and starts it again when it ends at once: it does while something of its last life is left. */
  async function start() {
    const deadline = performance.now() + startsWithin;
    while (performance.now() < deadline) {
      server = spawn(join(programs, 'postgres'), ['-D', data, '-k', folder, ...address, ...chosen], {
        ...identity,
        stdio: ['ignore', log, log],
        cwd: folder,
      });
      while (server.exitCode === null && server.signalCode === null && performance.now() < deadline) {
        if (await answers()) return;
        await delay(between);
      }
    }
    const printed = readFileSync(logPath, 'utf8').slice(-2_000);
    throw new Error(`PostgreSQL did not start within ${startsWithin / 1_000} s. It printed:\n${printed}`);
  }

  function answers() {
    return run(join(programs, 'pg_isready'), ['-q', '-t', '1', ...address]).then(
      () => true,
      () => false,
    );
  }

  /** Sends a signal to all processes of the server. @param {NodeJS.Signals} name */
  function signal(name) {
    // The first process first, so that it starts no more; each of the others has a group of its own.
    if (server.exitCode === null && server.signalCode === null) server.kill(name);
    for (const pid of findProcesses(data)) {
      try {
        process.kill(pid, name);
      } catch {
        // It has just ended.
      }
    }
  }

  /** Kills all processes of the server, and waits for the last: one that is writing to the disk ends when that is done. */
  async function kill() {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    signal('SIGSTOP');
    signal('SIGKILL');
    await ended;
    while (findProcesses(data).length > 0) {
      signal('SIGKILL');
      await delay(between);
    }
  }

  return {
    url,
    port,
    query,
    /** Keeps everybody else from writing into a table, until it is let go. @param {string} table */
    async lock(table) {
      const sql = `BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE; SELECT pg_sleep(600)`;
      const holder = spawn(psql, [...args, sql], { stdio: 'ignore' });
      const forgetHolder = cleanUpAtExit(() => holder.kill('SIGKILL'));
      const held = `SELECT count(*) FROM pg_locks WHERE relation = '${table}'::regclass AND mode = 'ExclusiveLock' AND granted`;
      await waitUntil(`${table} is locked`, () => query(held) === '1');
      return () => {
        forgetHolder();
        // Interrupted, psql asks the server to cancel what it runs: it would not notice a client that is gone.
        holder.kill('SIGINT');
      };
    },
    signal,
    kill,
    /** Starts it again on the same port, with what it has kept. */
    restart: start,
    /** Ends it for good, its files with it. */
    stop: async () => {
      forget();
      await kill();
      closeSync(log);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The processes of a server: all of them work in its folder. @param {string} data */
function findProcesses(data) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === data;
      } catch {
        // It has just ended, or is somebody else's.
        return false;
      }
    });
}
