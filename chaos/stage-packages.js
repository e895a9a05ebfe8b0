import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../scripts/make-temporary-folder.js';

const require = createRequire(import.meta.url);
const here = fileURLToPath(new URL('.', import.meta.url));
const packages = join(here, '../packages');

/** What the processes under test load. The libraries are those of the repository; the packages are copied. */
const copied = ['core', 'sqlite', 'bullmq'];
const linked = ['libsql', 'bullmq', 'ioredis', 'pg'];
const sources = ['processes', 'ledger', 'plan', 'supervise', 'settings.js', 'package.json'];

/**
 * @typedef {object} Edit One piece of the built package that is replaced.
 * @property {string} package Below `packages/`.
 * @property {string} find Must be there once in its ECMAScript modules.
 * @property {string} replace
 */

/**
 * Copies the built packages and the programs of the processes to a place of their own, changed by a mutant or as they are.
 *
 * @param {readonly Edit[]} [edits]
 * @returns {string} The folder with `processes/`.
 * @throws Error when a piece of text is not found exactly once: a mutant that changes nothing must not pass unseen.
 */
export function stagePackages(edits = []) {
  const root = makeTemporaryFolder('chaos-stage');
  const modules = join(root, 'node_modules');
  for (const name of copied) {
    const target = join(modules, '@fic-webhooks', name);
    cpSync(join(packages, name, 'dist'), join(target, 'dist'), { recursive: true });
    cpSync(join(packages, name, 'package.json'), join(target, 'package.json'));
  }
  for (const name of linked) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(findPackage(name), join(modules, name));
  }
  for (const name of sources) cpSync(join(here, name), join(root, name), { recursive: true });
  for (const edit of edits) applyEdit(join(modules, '@fic-webhooks', edit.package, 'dist'), edit);
  return root;
}

/** @param {string} name */
function findPackage(name) {
  // Not by its package.json, which a package need not export.
  const [folder] = (require.resolve.paths(name) ?? []).filter((path) => existsSync(join(path, name)));
  if (folder === undefined) throw new Error(`${name} is not installed.`);
  return join(folder, name);
}

/** @param {string} dist @param {Edit} edit */
function applyEdit(dist, { package: name, find, replace }) {
  const found = [];
  for (const file of readdirSync(dist).filter((entry) => entry.endsWith('.js'))) {
    const text = readFileSync(join(dist, file), 'utf8');
    const parts = text.split(find);
    for (let index = 1; index < parts.length; index++) found.push({ file, text });
  }
  const [place] = found;
  if (place === undefined || found.length > 1) {
    throw new Error(
      `A mutant looks for ${find} in the build of ${name}, and it is there ${found.length} times. The source has changed: ` +
        'change mutants/mutants.js too.',
    );
  }
  writeFileSync(
    join(dist, place.file),
    place.text.replace(find, () => replace),
  );
}
