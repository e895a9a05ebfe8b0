import { join } from 'node:path';
import { installPackages } from '../../scripts/local-registry/install-packages.js';
import { runAll } from '../../scripts/run-all.js';
import { runProgram } from '../../scripts/run-program.js';
import { compilePrograms } from './compile-programs.js';
import { installRuntimes } from './install-runtimes.js';
import { readVersions } from './read-versions.js';

/**
 * @typedef {import('../plan/create-rows.js').Row} Row
 *
 * @typedef {object} Start How the endpoint of a row is started.
 * @property {string} folder
 * @property {readonly [string, ...string[]]} command
 */

/**
 * Installs what the rows need, each set of packages once, and builds their programs.
 *
 * @param {object} options
 * @param {readonly Row[]} options.rows
 * @param {string} options.folder A new one, outside the repository.
 * @param {string} options.registry
 * @param {number} options.atOnce
 * @param {(done: string) => void} options.onDone
 * @returns {Promise<(row: Row) => Start>}
 */
export async function prepareRows({ rows, folder, registry, atOnce, onDone }) {
  /** @type {Map<string, { folder: string, rows: Row[] }>} */
  const installs = new Map();
  for (const row of rows) {
    const key = listPackages(row).join(' ');
    const install = installs.get(key) ?? { folder: join(folder, `install-${installs.size}`), rows: [] };
    install.rows.push(row);
    installs.set(key, install);
  }
  /** @type {Map<string, string>} */
  let runtimes = new Map();
  /** @type {(() => Promise<string>)[]} */
  const tasks = [
    async () => {
      const names = [...new Set(rows.map(({ values }) => values['runtime'] ?? ''))];
      const installed = await installRuntimes({ folder: join(folder, 'runtimes'), registry, names });
      runtimes = installed.programs;
      return installed.versions;
    },
    // What is built takes the longest, so it comes first.
    ...[...installs.values()]
      .sort((one, other) => Number(needsBuild(other)) - Number(needsBuild(one)))
      .map((install) => () => prepare(install, registry)),
  ];
  await runAll(tasks, atOnce, async (work) => {
    const startedAt = performance.now();
    const versions = await work();
    onDone(`${versions} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  });

  return (row) => {
    const runtime = runtimes.get(row.values['runtime'] ?? '');
    const install = installs.get(listPackages(row).join(' '));
    if (runtime === undefined || install === undefined) throw new Error(`${row.title} was not prepared.`);
    return {
      folder: join(install.folder, row.version.modules ?? 'esm'),
      command: [runtime, ...row.group.start],
    };
  };
}

/** @param {Row} row */
function listPackages({ group, version }) {
  return [...group.packages, ...version.packages];
}

/** @param {{ rows: readonly Row[] }} install */
function needsBuild({ rows }) {
  return rows.some(({ group }) => group.build !== undefined);
}

/**
 * @param {{ folder: string, rows: readonly Row[] }} install Rows with the same packages.
 * @param {string} registry
 * @returns {Promise<string>} The versions that were installed.
 */
async function prepare({ folder, rows }, registry) {
  const [packages = []] = rows.map(listPackages);
  await installPackages({ folder, registry, packages });
  for (const modules of new Set(rows.map(({ version }) => version.modules ?? 'esm'))) {
    const programs = join(folder, modules);
    await compilePrograms(programs, modules);
    const build = rows.find(({ group }) => group.build !== undefined)?.group.build;
    if (build !== undefined) await runProgram({ command: [process.execPath, ...build], folder: programs });
  }
  return readVersions(folder, packages);
}
