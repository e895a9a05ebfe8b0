import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from '../../scripts/local-registry/install-packages.js';
import { readVersions } from './read-versions.js';

const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const program = process.platform === 'win32' ? 'node.exe' : 'node';

/** Where the runtimes that rows name come from: what npm installs, and the program in it. */
const sources = new Map([
  ...['20', '22', '24'].map(
    (major) =>
      /** @type {const} */ ([
        `Node ${major}`,
        {
          spec: `node-${major}@npm:node-${system}@${major}`,
          file: join('node_modules', `node-${major}`, 'bin', program),
        },
      ]),
  ),
  ['Bun', { spec: 'bun@1', file: join('node_modules', '.bin', 'bun') }],
  ['Deno', { spec: 'deno@2', file: join('node_modules', '.bin', 'deno') }],
]);

/**
 * Installs the runtimes from npm.
 *
 * @param {{ folder: string, registry: string, names: readonly string[] }} options
 * @returns {Promise<{ programs: Map<string, string>, versions: string }>} The program of each.
 */
export async function installRuntimes({ folder, registry, names }) {
  // Workers are served by a package of npm that a program of Node.js starts.
  const programs = new Map([['workerd', process.execPath]]);
  const wanted = [...sources].filter(([name]) => names.includes(name));
  const packages = wanted.map(([, { spec }]) => spec);
  if (packages.length > 0) await installPackages({ folder, registry, packages });
  for (const [name, { file }] of wanted) {
    const path = join(folder, file);
    if (!existsSync(path)) throw new Error(`npm has no ${name} for ${system}: ${path} does not exist.`);
    programs.set(name, path);
  }
  return { programs, versions: await readVersions(folder, packages) };
}
