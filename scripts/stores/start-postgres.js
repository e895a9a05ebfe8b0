import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUpAtExit } from '../clean-up-at-exit.js';
import { findFreePort } from '../find-free-port.js';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { waitUntil } from '../wait-until.js';
import { findIdentity, findPrograms } from './find-postgres.js';

/** A PostgreSQL of our own, on a free port, with its files in a folder of its own. */
export async function startPostgres() {
  const programs = findPrograms() ?? '';
  const folder = makeTemporaryFolder('postgres');
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const identity = findIdentity();
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
