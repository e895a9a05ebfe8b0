import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUpAtExit } from '../clean-up-at-exit.js';
import { findFreePort } from '../find-free-port.js';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { waitUntil } from '../wait-until.js';

/** Where Debian puts the programs of each version. */
const debian = '/usr/lib/postgresql';

/** Why no PostgreSQL can be started here. */
export function postgresIsMissing() {
  if (findPrograms() === undefined) return `the programs of PostgreSQL are not in ${debian}`;
  const needsUser = process.getuid?.() === 0 && spawnSync('id', ['postgres']).status !== 0;
  return needsUser ? 'PostgreSQL does not run as root, and there is no user postgres' : undefined;
}

/** A PostgreSQL of our own, on a free port, with its files in a folder of its own. */
export async function startPostgres() {
  const programs = findPrograms() ?? '';
  const folder = makeTemporaryFolder('postgres');
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  // The server refuses to run as root.
  const identity = process.getuid?.() === 0 ? findUser('postgres') : undefined;
  if (identity !== undefined) {
    for (const path of [folder, data]) chownSync(path, identity.uid, identity.gid);
  }
  const settings = { ...identity, stdio: /** @type {const} */ ('ignore'), cwd: folder };
  const layout = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), layout, settings);
  const port = await findFreePort();
  const address = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1'];
  const server = spawn(join(programs, 'postgres'), address, settings);
  // SIGQUIT ends all of its processes at once, and each has a group of its own.
  const forget = cleanUpAtExit(() => server.kill('SIGQUIT'));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const psql = join(programs, 'psql');
  const args = [url, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '-c'];
  await waitUntil('PostgreSQL answers', () => spawnSync(psql, [...args, 'SELECT 1']).status === 0);
  /** What a statement gives, as text. @param {string} sql */
  const query = (sql) => execFileSync(psql, [...args, sql], { encoding: 'utf8' }).trim();

  return {
    url,
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
    stop: () => {
      forget();
      server.kill('SIGQUIT');
    },
  };
}

/** The folder with the programs of the newest PostgreSQL. */
function findPrograms() {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(debian, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** @param {string} name */
function findUser(name) {
  const number = (/** @type {string} */ flag) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}
