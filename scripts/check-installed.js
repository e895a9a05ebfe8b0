/**
 * Proves that the packages work where people install them: outside this repository, from a registry. Needs the registry
 * that npm is configured for, for Express and the like.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommand } from './check-installed/check-command.js';
import { checkExample } from './check-installed/check-example.js';
import { checkModuleSystems } from './check-installed/check-module-systems.js';
import { checkTypes } from './check-installed/check-types.js';
import { installProbe } from './check-installed/install-probe.js';
import { publishPackages } from './local-registry/publish-packages.js';
import { startRegistry } from './local-registry/start-registry.js';

const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-installed-'));
const registry = await startRegistry(0);
try {
  await step('pack and publish to a registry of this run', () => publishPackages(registry.url));
  const probe = join(folder, 'probe');
  await step('install the packages in a fresh folder', () => installProbe(probe, registry.url));
  await step('import and require every entry point', () => checkModuleSystems(probe));
  await step('type-check under nodenext, bundler and node10', () => checkTypes(probe));
  await step('the command: emulator, its page, SIGTERM', () => checkCommand(probe));
  await step('a copy of examples/express: install, types, conformance, signals', () =>
    checkExample({ folder: join(folder, 'example'), registry: registry.url, probe }),
  );
} finally {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
}
console.log('The installed packages work.');

/**
 * @param {string} title
 * @param {() => Promise<unknown>} run
 */
async function step(title, run) {
  const startedAt = performance.now();
  await run();
  console.log(`✔ ${title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
