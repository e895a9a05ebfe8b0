import { runNpm } from '../local-registry/run-npm.js';

/**
 * Installs in a folder as the README of an example says: all from the registry of this run, which passes on what is not ours.
 * The cache is one of this run, so that nothing of an earlier one can answer.
 *
 * @param {{ folder: string, registry: string, cache: string }} options
 * @param {readonly string[]} [packages] None: what package.json says.
 */
export async function installFrom({ folder, registry, cache }, packages = []) {
  const flags = ['--registry', registry, '--cache', cache, '--no-audit', '--no-fund', '--loglevel=error'];
  await runNpm(['install', ...flags, ...packages], folder);
}
