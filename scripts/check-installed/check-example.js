import assert from 'node:assert/strict';
import { findFreePort } from '../find-free-port.js';
import { checkDraining } from './check-draining.js';
import { checkRedirect } from './check-redirect.js';
import { copyExample } from './copy-example.js';
import { loadTesting } from './load-testing.js';
import { startApp } from './start-app.js';

/** @typedef {import('./examples.js').Example} Example */
/** @typedef {import('./start-app.js').App} App */

/**
 * Copies an example out of the repository and lives its life: install, types, start, requests, signals.
 *
 * @param {object} options
 * @param {Example} options.example
 * @param {string} options.folder
 * @param {string} options.registry
 * @param {string} options.cache
 * @param {string} options.probe Where the testing kit is installed.
 */
export async function checkExample({ example, folder, registry, cache, probe }) {
  const { name, scripts, companion } = example;
  await copyExample({ name, scripts, folder, registry, cache });

  const kit = loadTesting(probe);
  const companionEnv = companion?.env(await findFreePort()) ?? {};
  const env = { ...kit.env, ...companionEnv, DRAIN_DELAY_MS: '500', NO_COLOR: '1' };
  const beside =
    companion && (await startApp({ command: [process.execPath, ...companion.server], folder, env }));
  try {
    await checkRequests({ example, folder, env, kit, beside });
    await checkRedirect({ example, folder, env, kit });
    if (example.drains) await checkSignals({ example, folder, env, kit });
  } finally {
    beside?.stop();
  }
}

/**
 * Started with npm, as a person does it in a terminal.
 *
 * @param {object} options
 * @param {Example} options.example
 * @param {string} options.folder
 * @param {Record<string, string>} options.env
 * @param {import('./load-testing.js').Kit} options.kit
 * @param {App | undefined} [options.beside] The companion.
 * @param {App | undefined} [options.worker] The process that handles, where another one receives.
 */
export async function checkRequests({ example, folder, env, kit, beside, worker }) {
  const app = await startApp({ command: ['npm', 'start'], folder, env, ready: example.ready ?? 'listening' });
  try {
    await kit.conform(app.url, example.exceptions);
    const event = { name: 'entities.clients.create', ids: [77] };
    assert.equal(await kit.trigger(app.url, event), example.accepted ?? 204);
    await (worker ?? app).waitFor(example.said);
    await beside?.waitFor(example.companion?.said ?? '');
    app.interrupt();
    if (example.drains) await app.waitFor('SIGINT: shutting down');
    await app.exitCode;
  } finally {
    app.stop();
  }
}

/**
 * Started as a container platform does it: with npm, a shell between the two may not pass SIGTERM on.
 *
 * @param {{ example: Example, folder: string, env: Record<string, string>, kit: import('./load-testing.js').Kit }} options
 */
export async function checkSignals({ example, folder, env, kit }) {
  const { server, ready } = example;
  const command = [process.execPath, ...server];
  // The first signal drains: the app is not ready any more, still answers, and ends well. The delay is long enough to ask.
  const drained = await startApp({ command, folder, ready, env: { ...env, DRAIN_DELAY_MS: '3000' } });
  try {
    drained.signal('SIGTERM');
    await drained.waitFor('SIGTERM: shutting down');
    assert.equal((await fetch(new URL('/ready', drained.url))).status, 503);
    for (const url of [new URL('/ready', drained.url), drained.url]) {
      const { headers } = await fetch(url);
      assert.equal(
        headers.get('connection'),
        'close',
        `While it drains, an answer of ${url} must end its connection.`,
      );
    }
    assert.equal(await drained.exitCode, 0, 'After SIGTERM the app must end with 0.');
  } finally {
    drained.stop();
  }

  await checkDraining({ example, folder, env, kit });

  // Impatience does not wait for anything: without it, the app would stay for the whole delay.
  const impatient = await startApp({ command, folder, ready, env: { ...env, DRAIN_DELAY_MS: '60000' } });
  try {
    await impatient.insist('SIGTERM');
    const signalledAt = performance.now();
    assert.equal(await impatient.exitCode, 1, 'After a second signal the app must end with 1.');
    assert.ok(performance.now() - signalledAt < 15_000, 'After a second signal the app must end at once.');
  } finally {
    impatient.stop();
  }
}
