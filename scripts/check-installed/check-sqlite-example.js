import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { runProgram, tryProgram } from '../run-program.js';
import { waitUntil } from '../wait-until.js';
import { checkRequests, checkSignals } from './check-example.js';
import { copyExample } from './copy-example.js';
import { sqliteExample as example } from './examples.js';
import { loadTesting } from './load-testing.js';
import { startApp } from './start-app.js';
import { startServices } from './start-services.js';

/** Milliseconds after the first signal, by which the process is gone whatever happens: the README says 25 seconds. */
const goneWithin = 25_000;

/**
 * The example with an inbox in a file: what is checked of every app, and that it loses nothing, whatever its end.
 *
 * @param {{ folder: string, registry: string, cache: string, probe: string }} options `probe` is where the testing kit is installed.
 */
export async function checkSqliteExample({ folder, registry, cache, probe }) {
  await copyExample({ ...example, folder, registry, cache });
  const kit = loadTesting(probe);
  const env = { ...kit.env, DRAIN_DELAY_MS: '500', NO_COLOR: '1' };
  await checkRequests({ example, folder, env, kit });
  await checkSignals({ example, folder, env, kit });
  await checkFailingStarts(folder, env);
  const services = await startServices();
  try {
    await checkNothingLost({ folder, env: { ...env, ...services.env }, kit, services });
  } finally {
    services.close();
  }
}

/**
 * Four lives of the app on one file, three of which end in the midst of a handler.
 *
 * @param {object} options
 * @param {string} options.folder
 * @param {Record<string, string>} options.env
 * @param {import('./load-testing.js').Kit} options.kit
 * @param {import('./start-services.js').Services} options.services
 */
async function checkNothingLost({ folder, env, kit, services }) {
  const start = () =>
    startApp({
      command: [process.execPath, ...example.server],
      folder,
      env: { ...env, DATABASE_FILE: 'lives.db' },
    });
  /** @type {number[]} */
  const sent = [];
  /** Sends a client to an app, and waits until its handler is in the midst of passing it on. */
  const sendStuck = async (/** @type {string} */ url) => {
    const begun = services.begun();
    const id = sent.push(sent.length + 1);
    assert.equal(await kit.trigger(url, { name: 'entities.clients.create', ids: [id] }), 202);
    await waitUntil('the client is passed on', () => services.begun() > begun);
  };

  services.stick();
  const killed = await start();
  try {
    // An invoice is entered once, with what the API says of it, although its event comes three times and has more ids than the
    // quota of the API allows.
    services.allow(2);
    const invoices = {
      name: 'issued_documents.invoices.create',
      ids: [20, 21, 22, 23, 24],
      id: `198:${randomUUID()}`,
    };
    for (let turn = 0; turn < 3; turn++) assert.equal(await kit.trigger(killed.url, invoices), 202);
    await waitUntil('the quota is used up', services.isUsedUp);
    await sendStuck(killed.url);
    killed.signal('SIGKILL');
    await killed.exitCode;
  } finally {
    killed.stop();
  }

  services.allow(2);
  const drained = await start();
  try {
    await waitUntil('the quota is used up', services.isUsedUp);
    services.allow(2);
    await waitUntil('the invoices are entered', async () => (await readInvoices(drained.url)).length > 0);
    await sendStuck(drained.url);
    const idle = await openIdleConnection(drained.url);
    const signalledAt = performance.now();
    drained.signal('SIGTERM');
    await drained.waitFor('SIGTERM: shutting down');
    // The connection that nobody uses does not hold it up; the handler does, for as long as it may.
    await idle.closed;
    assert.ok(drained.isRunning(), 'An idle connection must be closed before the handler is given up.');
    assert.equal(
      await drained.exitCode,
      0,
      'After SIGTERM the app must end with 0, although a handler hangs.',
    );
    assert.ok(performance.now() - signalledAt < goneWithin, 'After SIGTERM the app must end in time.');
  } finally {
    drained.stop();
  }

  const hurried = await start();
  try {
    await sendStuck(hurried.url);
    await hurried.insist('SIGTERM');
    assert.equal(await hurried.exitCode, 1, 'After a second signal the app must end with 1.');
  } finally {
    hurried.stop();
  }

  services.recover();
  const last = await start();
  try {
    await waitUntil('every client has arrived', () => sent.every((id) => services.taken.includes(id)));
    const supplier = { name: 'entities.suppliers.create', ids: [5] };
    assert.equal(await kit.trigger(last.url, supplier), 202);
    await waitUntil('all is done', async () => {
      const { inbox } = await readHealth(last.url);
      return inbox.waiting === 0 && inbox.deadLetters === 1;
    });
    const issued = (/** @type {number} */ id) => ({ company: 108061, id, number: id * 10, amount: id / 2 });
    assert.deepEqual(await readInvoices(last.url), [24, 23, 22, 21, 20].map(issued));
    assert.deepEqual(services.read, [20, 21, 22, 23, 24], 'Each invoice must be read once only.');
    const command = join(folder, 'node_modules', '.bin', 'fic-webhooks');
    const list = [command, 'inbox', 'list', '--sqlite', 'lives.db', '--json'];
    assert.match(
      await runProgram({ command: list, folder }),
      /"unhandled"[\s\S]*entities\.suppliers\.create/,
    );
  } finally {
    last.stop();
  }
}

/** @param {string} url */
async function readHealth(url) {
  const answer = await fetch(new URL('/ready', url));
  return /** @type {{ inbox: { waiting: number, deadLetters: number } }} */ (await answer.json());
}

/** @param {string} url */
async function readInvoices(url) {
  const answer = await fetch(new URL('/invoices', url));
  return /** @type {unknown[]} */ (await answer.json());
}

/**
 * A connection that has asked for something, and stays.
 *
 * @param {string} url
 */
async function openIdleConnection(url) {
  const { hostname, port, host } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  const closed = new Promise((resolve) => socket.once('close', resolve).on('error', () => {}));
  socket.write(`GET /live HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return { closed };
}

/**
 * What keeps the app from starting is said in words, and not with a stack.
 *
 * @param {string} folder
 * @param {Record<string, string>} env
 */
async function checkFailingStarts(folder, env) {
  const command = [process.execPath, ...example.server];
  const failures = [
    { env: { DATABASE_FILE: join(folder, 'missing', 'events.db') }, said: 'can be neither opened nor made' },
    { env: { DATABASE_FILE: 'package.json' }, said: 'is not an intact SQLite database' },
    { env: { FIC_APPLICATION_ID: 'none' }, said: 'is not a positive whole number' },
  ];
  for (const { env: wrong, said } of failures) {
    const { code, stderr } = await tryProgram({ command, folder, env: { ...env, PORT: '0', ...wrong } });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^The app cannot start: .*${said}.*\n$`));
  }
}
