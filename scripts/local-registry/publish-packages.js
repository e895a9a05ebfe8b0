import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from './run-npm.js';

const packagesFolder = fileURLToPath(new URL('../../packages/', import.meta.url));

/**
 * Packs every public package as `npm publish` would, and publishes it to a registry on this machine.
 *
 * @param {string} url
 * @returns {Promise<string[]>} Names with versions.
 */
export async function publishPackages(url) {
  const tarballs = await mkdtemp(join(tmpdir(), 'fic-webhooks-tarballs-'));
  try {
    const published = [];
    for (const folder of (await readdir(packagesFolder)).sort()) {
      const text = await readFile(join(packagesFolder, folder, 'package.json'), 'utf8');
      const { name, version, private: isPrivate } = JSON.parse(text);
      if (isPrivate) continue;
      const packed = await runNpm([
        'pack',
        join(packagesFolder, folder),
        '--json',
        '--pack-destination',
        tarballs,
      ]);
      const [{ filename }] = JSON.parse(packed);
      // npm publishes only when it has a token. The registry takes any.
      const token = `--${url.slice('http:'.length)}/:_authToken=none`;
      await runNpm(['publish', join(tarballs, filename), '--registry', url, token, '--access', 'public']);
      published.push(`${name}@${version}`);
    }
    return published;
  } finally {
    await rm(tarballs, { recursive: true });
  }
}
