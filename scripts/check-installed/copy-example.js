import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from '../local-registry/run-npm.js';
import { installFrom } from './install-from.js';

const source = fileURLToPath(new URL('../../examples/', import.meta.url));
/** What the sources do not hold. */
const left = new Set(['node_modules', '.turbo', '.next', 'dist']);

/**
 * Copies an example out of the repository, installs what it needs, and runs its scripts that check or build it.
 *
 * @param {{ name: string, scripts: readonly string[], folder: string, registry: string, cache: string }} options
 */
export async function copyExample({ name, scripts, folder, registry, cache }) {
  await cp(join(source, name), folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await installFrom({ folder, registry, cache });
  for (const script of scripts) await runNpm(['run', script], folder);
}
