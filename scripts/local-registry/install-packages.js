import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from './run-npm.js';

/**
 * Installs packages in a folder, which gets a package.json when it has none. Our scope comes from the registry of this run,
 * the others come as npm on this machine gets them, from its cache where it can.
 *
 * @param {object} options
 * @param {string} options.folder
 * @param {string} options.registry
 * @param {readonly string[]} [options.packages] None: what package.json says.
 */
export async function installPackages({ folder, registry, packages = [] }) {
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'package.json'), '{ "private": true }', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // Ours have the same version in each run: what the cache knows of them must not be taken unasked (--prefer-online).
  const flags = [`--@fic-webhooks:registry=${registry}`, '--prefer-online', '--no-audit', '--no-fund'];
  await runNpm(['install', ...flags, '--loglevel=error', ...packages], folder);
}
