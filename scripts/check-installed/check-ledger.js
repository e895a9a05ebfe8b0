import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startRedis } from '../stores/start-redis.js';
import { waitUntil } from '../wait-until.js';
import { bullmqExample } from './examples.js';
import { startApp } from './start-app.js';

const web = [process.execPath, ...bullmqExample.server];
const worker = [process.execPath, 'dist/worker.js'];
const table = 'issued_invoices';
const entered = 'invoice 77 of company 108061 was entered';

/**
 * @typedef {object} Setting
 * @property {string} folder Where the copy of the example is.
 * @property {Record<string, string>} env
 * @property {import('./load-testing.js').Kit} kit
 * @property {Awaited<ReturnType<typeof import('../stores/start-postgres.js').startPostgres>>} postgres
 */

/**
 * With the inbox in PostgreSQL: one worker is killed within the transaction of the ledger, the next one is told twice to stop,
 * and the third one enters the invoice.
 *
 * @param {Setting} setting
 */
export async function checkLedger(setting) {
  const { postgres } = setting;
  const killed = await startWorker(setting);
  /** @type {() => void} */
  let unlock;
  try {
    unlock = await sendInvoice(setting);
    killed.signal('SIGKILL');
    await killed.exitCode;
  } finally {
    killed.stop();
  }

  const hurried = await startWorker(setting);
  try {
    // The server goes on with what the first one has begun for as long as the lock stands.
    await waitUntil('the next worker is at the invoice', () => countEntering(postgres) === 2);
    // Its queries give up after two seconds, and after two more it would end by itself.
    await hurried.insist('SIGTERM');
    assert.equal(await hurried.exitCode, 1, 'After a second signal the worker must end with 1.');
  } finally {
    hurried.stop();
  }

  const drained = await startWorker(setting);
  try {
    unlock();
    await drained.waitFor(entered);
    drained.signal('SIGTERM');
    assert.equal(await drained.exitCode, 0, 'After SIGTERM the worker must end with 0.');
  } finally {
    drained.stop();
  }
  assert.equal(countInvoices(postgres), 1, 'The invoice must be entered exactly once.');
}

/**
 * With the inbox in Redis: a worker is killed after its commit, and before the inbox has heard of it.
 *
 * @param {Setting} setting
 */
export async function checkLedgerBesideRedis(setting) {
  const { postgres } = setting;
  const redis = await startRedis();
  const env = { ...setting.env, FIC_INBOX_URL: redis.url, DATABASE_URL: postgres.url };
  const besideRedis = { ...setting, env };
  try {
    const killed = await startWorker(besideRedis);
    try {
      const unlock = await sendInvoice(besideRedis);
      await redis.kill();
      unlock();
      await waitUntil('the invoice is entered', () => countInvoices(postgres) === 1);
      killed.signal('SIGKILL');
      await killed.exitCode;
    } finally {
      killed.stop();
    }
    await redis.restart();

    const next = await startWorker(besideRedis);
    try {
      await next.waitFor(entered);
    } finally {
      next.stop();
    }
    assert.equal(countInvoices(postgres), 1, 'The invoice must be entered exactly once.');
  } finally {
    await redis.stop();
  }
}

/** @param {Setting} setting */
function startWorker({ folder, env }) {
  return startApp({ command: worker, folder, env });
}

/**
 * Sends an invoice, and waits until a worker is in the midst of entering it.
 *
 * @param {Setting} setting
 * @returns Lets it go on.
 */
async function sendInvoice({ folder, env, kit, postgres }) {
  postgres.query(`DELETE FROM ${table}`);
  const unlock = await postgres.lock(table);
  const receiving = await startApp({ command: web, folder, env });
  try {
    const invoice = { name: 'issued_documents.invoices.create', ids: [77], id: `198:${randomUUID()}` };
    for (let turn = 0; turn < 3; turn++) assert.equal(await kit.trigger(receiving.url, invoice), 202);
    await waitUntil('the invoice is being entered', () => countEntering(postgres) === 1);
  } finally {
    receiving.stop();
  }
  return unlock;
}

/** How many wait within the transaction of the ledger. @param {Setting['postgres']} postgres */
function countEntering({ query }) {
  const statement = `query ~ '^INSERT INTO (fic_processed|${table})'`;
  return Number(
    query(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND ${statement}`),
  );
}

/** @param {Setting['postgres']} postgres */
function countInvoices({ query }) {
  return Number(query(`SELECT count(*) FROM ${table}`));
}
