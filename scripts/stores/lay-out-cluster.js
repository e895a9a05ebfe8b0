import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../make-temporary-folder.js';

/**
 * @typedef {object} Installation
 * @property {string} programs The folder with the programs.
 * @property {ReturnType<typeof import('./find-postgres.js').findIdentity>} identity Who runs the server.
 */

/** Where files are kept that can be made anew at any time. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/fic-webhooks/', import.meta.url));

/**
 * Lays the files of an empty cluster out in a folder, which must not exist yet. They are made once for all processes: initdb
 * takes a second, and copying what it has made a tenth of that.
 *
 * @param {string} data
 * @param {Installation} installation
 */
export function layOutCluster(data, { programs, identity }) {
  const kept = join(cache, `postgres-${basename(dirname(programs))}`);
  if (!existsSync(kept)) makeCluster({ programs, identity, kept });
  copy(kept, data);
  if (identity !== undefined) execFileSync('chown', ['-R', `${identity.uid}:${identity.gid}`, data]);
}

/** @param {Installation & { kept: string }} options */
function makeCluster({ programs, identity, kept }) {
  // The user who runs the server may not come into the cache.
  const folder = makeTemporaryFolder('postgres-cluster');
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const layout = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), layout, { ...identity, stdio: 'ignore', cwd: folder });
  mkdirSync(cache, { recursive: true });
  const copied = `${kept}.${process.pid}`;
  rmSync(copied, { recursive: true, force: true });
  copy(data, copied);
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(copied, kept);
  } catch (error) {
    rmSync(copied, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(kept)) throw error;
  }
}

/** @param {string} from @param {string} to */
function copy(from, to) {
  execFileSync('cp', ['-a', from, to]);
}
