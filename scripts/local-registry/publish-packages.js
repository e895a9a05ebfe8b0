import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../make-temporary-folder.js';
import { runAll } from '../run-all.js';
import { runNpm } from './run-npm.js';

const packagesFolder = fileURLToPath(new URL('../../packages/', import.meta.url));

/**
 * Packs every public package as `npm publish` would, and publishes it to a registry on this machine.
 *
 * @param {string} url
 * @returns {Promise<string[]>} Names with versions.
 */
export async function publishPackages(url) {
  const tarballs = makeTemporaryFolder('tarballs');
  try {
    const folders = await listPublicPackages();
    const printed = await runNpm(['pack', ...folders, '--json', '--pack-destination', tarballs]);
    /** @type {{ id: string, filename: string }[]} */
    const packed = JSON.parse(printed);
    // npm publishes only when it has a token. The registry takes any.
    const token = `--${url.slice('http:'.length)}/:_authToken=none`;
    await runAll(packed, 2, ({ filename }) =>
      runNpm(['publish', join(tarballs, filename), '--registry', url, token, '--access', 'public']),
    );
    return packed.map(({ id }) => id);
  } finally {
    await rm(tarballs, { recursive: true });
  }
}

async function listPublicPackages() {
  const folders = [];
  for (const name of (await readdir(packagesFolder)).sort()) {
    const folder = join(packagesFolder, name);
    const { private: isPrivate } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    if (!isPrivate) folders.push(folder);
  }
  return folders;
}
