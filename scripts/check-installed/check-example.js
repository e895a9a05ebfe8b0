import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNpm } from '../local-registry/run-npm.js';
import { installFrom } from './install-probe.js';
import { startApp } from './start-app.js';

const exampleFolder = fileURLToPath(new URL('../../examples/express/', import.meta.url));
const sink = 'https://app.example/webhooks/fic';

/**
 * Copies the example out of the repository and lives its life: install, type check, start, requests, SIGTERM.
 *
 * @param {{ folder: string, registry: string, probe: string }} options `probe` is where the testing kit is installed.
 */
export async function checkExample({ folder, registry, probe }) {
  const left = new Set(['node_modules', '.turbo']);
  await cp(exampleFolder, folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await installFrom(registry, folder);
  await runNpm(['run', 'check:types'], folder);

  /** @type {typeof import('@fic-webhooks/testing')} */
  const testing = createRequire(join(probe, 'package.json'))('@fic-webhooks/testing');
  const { createTestKeyPair, runConformance, sendOverHttp, signNotification } = testing;
  const { privateKey, publicKey } = createTestKeyPair();
  const env = {
    FIC_SINK: sink,
    FIC_APPLICATION_ID: '1234',
    FIC_PUBLIC_KEY: publicKey,
    DRAIN_DELAY_MS: '500',
  };

  const app = await startApp(['npm', 'start'], folder, env);
  const send = sendOverHttp(app.url);
  const results = await runConformance({ sink, privateKey, send });
  const failed = results.filter(({ result }) => result === 'fail');
  assert.deepEqual(failed, [], 'The copy of the example does not conform.');
  assert.ok(results.some(({ result }) => result === 'pass'));
  await send(signNotification({ name: 'entities.clients.create', ids: [77] }, { privateKey, sink }));
  await app.waitFor('client 77 of company 108061: create');
  app.interrupt();
  await app.waitFor('SIGINT: shutting down');
  await app.exitCode;

  // npm and its shell do not pass SIGTERM on, so a platform has to start node itself: what the README says.
  /** @type {[string, ...string[]]} */
  const command = [process.execPath, '--import', 'tsx', 'src/server.ts'];

  // The first signal drains: the app is not ready any more, still answers, and ends well.
  const drained = await startApp(command, folder, env);
  drained.signal('SIGTERM');
  await drained.waitFor('SIGTERM: shutting down');
  assert.equal((await fetch(new URL('/ready', drained.url))).status, 503);
  assert.equal(await drained.exitCode, 0, 'After SIGTERM the app must end with 0.');

  // A second signal does not wait for anything.
  const impatient = await startApp(command, folder, { ...env, DRAIN_DELAY_MS: '20000' });
  impatient.signal('SIGTERM');
  await impatient.waitFor('SIGTERM: shutting down');
  const signalledAt = performance.now();
  impatient.signal('SIGTERM');
  assert.equal(await impatient.exitCode, 1, 'After a second signal the app must end with 1.');
  assert.ok(performance.now() - signalledAt < 3_000, 'After a second signal the app must end at once.');
}
