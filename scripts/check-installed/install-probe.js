import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from '../local-registry/run-npm.js';

/**
 * A new project with the packages in it, and nothing else of this repository.
 *
 * @param {string} folder
 * @param {string} registry
 */
export async function installProbe(folder, registry) {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'probe', private: true }));
  const packages = [
    '@fic-webhooks/core',
    '@fic-webhooks/emulator',
    '@fic-webhooks/express',
    '@fic-webhooks/testing',
    'fic-webhooks',
    'express@5',
    '@types/express@5',
    '@types/node@20',
  ];
  await installFrom(registry, folder, packages);
}

/**
 * Installs with an empty cache, so that nothing of an earlier run can answer.
 *
 * @param {string} registry
 * @param {string} folder
 * @param {readonly string[]} packages None: what package.json says.
 */
export async function installFrom(registry, folder, packages = []) {
  const cache = join(folder, '.npm-cache');
  await runNpm(
    ['install', '--registry', registry, '--cache', cache, '--no-audit', '--no-fund', ...packages],
    folder,
  );
}
