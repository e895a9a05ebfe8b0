import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian puts the programs of each version. */
const debian = '/usr/lib/postgresql';

/** Why no PostgreSQL can be started here. */
export function postgresIsMissing() {
  if (findPrograms() === undefined) return `the programs of PostgreSQL are not in ${debian}`;
  const needsUser = process.getuid?.() === 0 && spawnSync('id', ['postgres']).status !== 0;
  return needsUser ? 'PostgreSQL does not run as root, and there is no user postgres' : undefined;
}

/** The folder with the programs of the newest PostgreSQL. */
export function findPrograms() {
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(debian, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** Who runs the server, which refuses to run as root; undefined for whoever asks. */
export function findIdentity() {
  return process.getuid?.() === 0 ? findUser('postgres') : undefined;
}

/** @param {string} name */
function findUser(name) {
  const number = (/** @type {string} */ flag) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}
