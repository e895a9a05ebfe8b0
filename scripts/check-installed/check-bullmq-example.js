import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { findFreePort } from '../find-free-port.js';
import { tryProgram } from '../run-program.js';
import { postgresIsMissing } from '../stores/find-postgres.js';
import { startPostgres } from '../stores/start-postgres.js';
import { durable, redisIsMissing, startRedis } from '../stores/start-redis.js';
import { waitUntil } from '../wait-until.js';
import { checkRequests, checkSignals } from './check-example.js';
import { checkLedger, checkLedgerBesideRedis } from './check-ledger.js';
import { copyExample } from './copy-example.js';
import { bullmqExample as example } from './examples.js';
import { loadTesting } from './load-testing.js';
import { startApp } from './start-app.js';

const web = [process.execPath, ...example.server];
const worker = [process.execPath, 'dist/worker.js'];

/** @typedef {{ folder: string, env: Record<string, string>, kit: import('./load-testing.js').Kit }} Copy */

/**
 * The example with an inbox in BullMQ and a worker of its own, on stores of this check's own.
 *
 * @param {{ folder: string, registry: string, cache: string, probe: string }} options `probe` is where the testing kit is installed.
 * @returns {Promise<string>} What had to be left out.
 * @throws Error when something had to be left out in CI.
 */
export async function checkBullmqExample({ folder, registry, cache, probe }) {
  await copyExample({ ...example, folder, registry, cache });
  const kit = loadTesting(probe);
  /** @type {Copy} */
  const copy = { folder, env: { ...kit.env, DRAIN_DELAY_MS: '500', NO_COLOR: '1' }, kit };
  const parts = [
    { store: 'Redis', missing: redisIsMissing(), check: checkOnRedis },
    { store: 'PostgreSQL', missing: postgresIsMissing(), check: checkOnPostgres },
  ];
  /** @type {string[]} */
  const leftOut = [];
  for (const { store, missing, check } of parts) {
    if (missing === undefined) await check(copy);
    else leftOut.push(`${store}: ${missing}`);
  }
  if (leftOut.length > 0 && process.env['CI'])
    throw new Error(`CI must have both stores. ${leftOut.join('. ')}`);
  return leftOut.map((line) => `\n  left out: ${line}`).join('');
}

/** @param {Copy} copy */
async function checkOnRedis(copy) {
  const { folder, env, kit } = copy;
  await checkFailingStarts(copy);
  await checkLateStore(copy);
  const redis = await startRedis();
  try {
    const onRedis = { ...env, FIC_INBOX_URL: redis.url };
    const working = await startApp({ command: worker, folder, env: onRedis });
    try {
      await checkRequests({ example, folder, env: onRedis, kit, worker: working });
      working.signal('SIGTERM');
      assert.equal(await working.exitCode, 0, 'After SIGTERM the worker must end with 0.');
    } finally {
      working.stop();
    }
    await checkSignals({ example, folder, env: onRedis, kit });
  } finally {
    await redis.stop();
  }
}

/** What keeps a process from starting is said in words. @param {Copy} copy */
async function checkFailingStarts({ folder, env }) {
  const forgetful = await startRedis([]);
  try {
    for (const command of [web, worker]) {
      const settings = { ...env, PORT: '0', FIC_INBOX_URL: forgetful.url };
      const { code, stderr } = await tryProgram({ command, folder, env: settings });
      assert.equal(code, 1);
      assert.match(stderr, /^This process cannot start: Redis .* has appendonly = no: .*\n$/m);
    }
  } finally {
    await forgetful.stop();
  }
}

/**
 * A store that is down does not keep a process from starting: events are answered 503, and stored once it is there.
 *
 * @param {Copy} copy
 */
async function checkLateStore({ folder, env, kit }) {
  const port = await findFreePort();
  const settings = { ...env, FIC_INBOX_URL: `redis://127.0.0.1:${port}` };
  const waiting = await startApp({ command: web, folder, env: settings });
  const event = { name: 'entities.clients.create', ids: [1], id: `198:${randomUUID()}` };
  try {
    await waiting.waitFor('not ready yet: Redis at ');
    assert.equal(await kit.trigger(waiting.url, event), 503);
    const redis = await startRedis(durable, port);
    try {
      await waitUntil('the event is stored', async () => (await kit.trigger(waiting.url, event)) === 202);
    } finally {
      await redis.stop();
    }
  } finally {
    waiting.stop();
  }
}

/** @param {Copy} copy */
async function checkOnPostgres({ folder, env, kit }) {
  const postgres = await startPostgres();
  try {
    const onPostgres = { ...env, FIC_INBOX_URL: postgres.url };
    const working = await startApp({ command: worker, folder, env: onPostgres });
    try {
      await checkRequests({ example, folder, env: onPostgres, kit, worker: working });
    } finally {
      working.stop();
    }
    await checkLedger({ folder, env: onPostgres, kit, postgres });
    if (redisIsMissing() === undefined) await checkLedgerBesideRedis({ folder, env, kit, postgres });
  } finally {
    await postgres.stop();
  }
}
