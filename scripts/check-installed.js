/**
 * Proves that the packages work where people install them: outside this repository, from a registry.
 *
 *   node scripts/check-installed.js [--only <part of a title>]…
 *
 * Needs built packages, and the registry that npm is configured for, for Express and the like.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBullmqExample } from './check-installed/check-bullmq-example.js';
import { checkCommand } from './check-installed/check-command.js';
import { checkExample } from './check-installed/check-example.js';
import { checkModuleSystems } from './check-installed/check-module-systems.js';
import { checkNestApp } from './check-installed/check-nest-app.js';
import { checkScripts } from './check-installed/check-scripts.js';
import { checkSqliteExample } from './check-installed/check-sqlite-example.js';
import { checkTestRunner, testRunners } from './check-installed/check-test-runners.js';
import { checkTypes } from './check-installed/check-types.js';
import {
  bullmqExample,
  checkExampleList,
  examples,
  scriptExamples,
  sqliteExample,
} from './check-installed/examples.js';
import { installProbe } from './check-installed/install-probe.js';
import { exitOnSignals } from './clean-up-at-exit.js';
import { publishPackages } from './local-registry/publish-packages.js';
import { startRegistry } from './local-registry/start-registry.js';
import { makeTemporaryFolder } from './make-temporary-folder.js';
import { runAll } from './run-all.js';

const { values: flags } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
const startedAt = performance.now();
exitOnSignals();
const root = makeTemporaryFolder('installed');

const { url: registry, close } = await startRegistry(0);
const cache = join(root, 'npm-cache');
const probe = join(root, 'probe');
/** @type {string[]} */
let packages = [];
/** @type {string[]} */
const failed = [];

/**
 * Independent of one another, and the longest first: two run at a time. Each works in a folder of its own within the one it
 * gets.
 *
 * @type {{ title: string, work: (folder: string) => Promise<unknown> }[]}
 */
const checks = [
  {
    title: 'type-check under nodenext, bundler and node10, with the compilers from 5.4 to 7.0',
    work: async (folder) => {
      const compilersFolder = join(folder, 'compilers');
      const leftOut = await checkTypes({ folder: probe, compilersFolder, registry });
      return leftOut.map((line) => `\n  left out: ${line}`).join('');
    },
  },
  ...['10', '11', '12'].map((major) => ({
    title: `a new app of Nest's command ${major}: the package added, types, build, conformance`,
    work: (/** @type {string} */ folder) =>
      checkNestApp({ major, folder: join(folder, `nest-${major}`), registry, probe }),
  })),
  {
    title: `a copy of examples/${bullmqExample.name}: install, types, conformance, kill -9, signals, on Redis and PostgreSQL`,
    work: (folder) =>
      checkBullmqExample({ folder: join(folder, bullmqExample.name), registry, cache, probe }),
  },
  {
    title: `a copy of examples/${sqliteExample.name}: install, types, conformance, kill -9, signals`,
    work: (folder) =>
      checkSqliteExample({ folder: join(folder, sqliteExample.name), registry, cache, probe }),
  },
  ...examples.map((example) => ({
    title: `a copy of examples/${example.name}: install, types, conformance, an event, signals`,
    work: (/** @type {string} */ folder) =>
      checkExample({ example, folder: join(folder, example.name), registry, cache, probe }),
  })),
  ...scriptExamples.map((example) => ({
    title: `a copy of examples/${example.name}: install, types, its scripts against the emulator`,
    work: (/** @type {string} */ folder) =>
      checkScripts({ example, folder: join(folder, example.name), registry, cache, probe }),
  })),
  ...Object.entries(testRunners).map(([name, runner]) => ({
    title: `a test of ${name} that uses the testing kit`,
    work: (/** @type {string} */ folder) =>
      checkTestRunner({ runner, folder: join(folder, name.toLowerCase()), registry }),
  })),
  {
    title: 'import and require every entry point',
    work: async () => ` ${await checkModuleSystems(probe, packages)} of them`,
  },
  { title: 'the command: emulator, its page, SIGTERM', work: () => checkCommand(probe) },
  { title: 'every example has its check', work: checkExampleList },
];
const chosen = checks.filter(
  ({ title }) => flags.only.length === 0 || flags.only.some((text) => title.includes(text)),
);

try {
  await step('pack and publish to a registry of this run', async () => {
    packages = await publishPackages(registry);
  });
  await step('install the packages in a fresh folder', () =>
    installProbe({ folder: probe, registry, cache }, packages),
  );
  if (failed.length === 0) await runAll(chosen, 2, check);
} finally {
  await close();
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
if (failed.length > 0) {
  console.error(`Not everything works when it is installed (${seconds} s):\n  ${failed.join('\n  ')}`);
  process.exit(1);
}
console.log(`The installed packages work (${seconds} s).`);
process.exit(0);

/**
 * Once more where it failed, in CI: much of this waits for processes, and the machine may stand still for a while. The first
 * failure is printed all the same.
 *
 * @param {(typeof checks)[number]} check
 */
async function check({ title, work }) {
  const tries = process.env['CI'] ? ['first', 'second'] : ['first'];
  for (const name of tries) {
    const isLast = name === tries.at(-1);
    if (await step(title, () => work(join(root, name)), { isFinal: isLast })) return;
    if (!isLast) console.error(`  This was the ${name} try of ${tries.length}.`);
  }
}

/**
 * @param {string} title
 * @param {() => Promise<unknown>} run What it gives as a text is printed too.
 * @param {{ isFinal?: boolean }} [options] Whether its failure counts. Default true.
 * @returns Whether it passed.
 */
async function step(title, run, { isFinal = true } = {}) {
  const startedAt = performance.now();
  const took = () => `(${((performance.now() - startedAt) / 1000).toFixed(1)} s)`;
  try {
    const note = await run();
    console.log(`✔ ${title} ${took()}${typeof note === 'string' ? note : ''}`);
    return true;
  } catch (error) {
    if (isFinal) failed.push(title);
    console.error(`✘ ${title} ${took()}\n${error instanceof Error ? error.message : error}`);
    return false;
  }
}
