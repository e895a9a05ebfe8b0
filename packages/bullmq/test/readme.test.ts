import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NewInboxItem } from '@fic-webhooks/core';
import { createTestKeyPair, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import ts from 'typescript';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { newItem, openInbox } from './support/open-inbox.js';
import { postgresTest, redisTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startProxy } from './support/start-proxy.js';
import { startRedis } from './support/start-redis.js';

// Every ```ts block of the README is compiled and run as it is, in a process of its own, with the built package. Three
// things are changed: the ports, for those that are free, and the key to trust, for one that a test can sign with.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [use, worker, exactlyOnce, deadLetters, dashboards, shutdown, testing] = snippets;
const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));
const keys = createTestKeyPair();
const signing = { privateKey: keys.privateKey, sink: 'https://example.com/webhooks/fic' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-bullmq-readme-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

let compiled = 0;

/** Writes a snippet as a module, and gives its path. */
async function compile(snippet = '', ports: { http?: number; redis?: number; postgres?: number } = {}) {
  const source = snippet
    .replaceAll(/\b3000\b/g, String(ports.http))
    .replaceAll(/\b6379\b/g, String(ports.redis))
    .replaceAll(/\b5432\b/g, String(ports.postgres))
    .replace('applicationId: 1234', `$&, publicKeys: ${JSON.stringify(keys.publicKey)}`);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const file = join(folder, `snippet-${++compiled}.mjs`);
  await writeFile(file, outputText);
  return file;
}

function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { QUEUE_URL: _elsewhere, ...env } = process.env;
  return { ...env, ...extra };
}

async function runToEnd(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: environment(),
    timeout: 50_000,
  });
  return stdout;
}

/** Runs a snippet that does not end by itself. */
function run(file: string, { flags = [], env = {} }: { flags?: string[]; env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(process.execPath, [...flags, file], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (text) => {
    output += String(text);
  });
  return { child, output: () => output, ended: once(child, 'exit') };
}

async function untilListening(port: number) {
  const url = `http://127.0.0.1:${port}/webhooks/fic`;
  const ask = () =>
    fetch(url).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ask).toBe(401);
  return sendOverHttp(url);
}

/** What says that invoices were created. */
function newInvoices(ids: readonly number[]): NewInboxItem {
  const { event } = newItem().payload as { event: object };
  const name = 'issued_documents.invoices.create';
  const payload: unknown = {
    kind: 'event',
    event: { ...event, name, type: `it.fattureincloud.webhooks.${name}`, ids },
  };
  return newItem({ name, payload: payload as NewInboxItem['payload'] });
}

redisTest('the README has the snippets that are run here', () => {
  expect(snippets).toHaveLength(7);
});

redisTest('Use: stores, answers, and handles', async () => {
  const { port: redis } = await startRedis();
  const http = await findFreePort();
  const app = run(await compile(use, { http, redis }));
  const send = await untilListening(http);
  const notification = signNotification({ name: 'entities.clients.create', ids: [7] }, signing);
  expect((await send(notification)).status).toBe(202);
  await expect.poll(app.output).toBe('entities.clients.create [ 7 ]\n');
  expect((await send(notification)).status).toBe(202);
});

redisTest('Use: stops the start when Redis is not durable', async () => {
  const { port: redis } = await startRedis([]);
  await expect(runToEnd(await compile(use, { http: await findFreePort(), redis }))).rejects.toThrow(
    /inbox-not-durable/,
  );
});

postgresTest('Web and worker apart: works on what others have stored', async () => {
  const { port: postgres, url } = await startPostgres();
  await openInbox({ connection: url }).put(newItem());
  const process = run(await compile(worker, { postgres }));
  await expect.poll(process.output).toBe('worked on entities.clients.create\n');
});

postgresTest('Exactly-once effects: although the process is killed before and after the commit', async () => {
  const { port: postgres, url, admin } = await startPostgres();
  const file = await compile(exactlyOnce, { postgres });
  const inbox = openInbox({ connection: url });
  const item = newInvoices([7, 8]);
  const { name } = item;
  await inbox.put(item);
  const preload = fileURLToPath(new URL('support/kill-at-commit.js', import.meta.url));
  for (const place of ['before', 'after']) {
    const mark = join(folder, `killed-${place}`);
    const killed = run(file, { flags: ['--import', preload], env: { KILL_AT: place, KILL_MARK: mark } });
    expect(await killed.ended).toEqual([null, 'SIGKILL']);
    expect(existsSync(mark)).toBe(true);
    // Rather than wait for the end of the lease.
    await admin.query(`UPDATE bullmq.job SET locked_until_ms = 1 WHERE state = 'active'`);
  }
  run(file);
  await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0 });
  const { rows: invoices } = await admin.query('SELECT id FROM invoices ORDER BY id');
  expect(invoices).toEqual([{ id: '7' }, { id: '8' }]);
  const { rows: processed } = await admin.query('SELECT key, handler FROM processed');
  expect(processed).toEqual([{ key: item.key, handler: name }]);
  const { rows: jobs } = await admin.query(`SELECT stalled_count FROM bullmq.job WHERE name = $1`, [name]);
  expect(jobs).toEqual([{ stalled_count: 2 }]);
});

postgresTest('Exactly-once effects: although their connection carries nothing any more', async () => {
  const { port, url, admin } = await startPostgres();
  const proxy = await startProxy(port);
  run(await compile(exactlyOnce, { postgres: proxy.port }));
  const tables = () => admin.query(`SELECT 1 FROM pg_tables WHERE tablename IN ('processed', 'invoices')`);
  await expect.poll(async () => (await tables()).rowCount).toBe(2);
  // Somebody else is at the same event, so that the handler waits in its transaction.
  const item = newInvoices([7, 8]);
  const other = await admin.connect();
  onTestFinished(() => other.release(true));
  await other.query('BEGIN');
  await other.query('INSERT INTO processed (key, handler) VALUES ($1, $2)', [item.key, item.name]);
  const inbox = openInbox({ connection: url });
  await inbox.put(item);
  const waiting = () =>
    admin.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%processed%'`);
  await expect.poll(async () => (await waiting()).rowCount).toBeGreaterThan(0);
  proxy.swallow();
  await other.query('ROLLBACK');
  await expect.poll(() => inbox.health(), { timeout: 40_000 }).toMatchObject({ waiting: 0 });
  const { rows } = await admin.query('SELECT id FROM invoices ORDER BY id');
  expect(rows).toEqual([{ id: '7' }, { id: '8' }]);
});

redisTest('Dead letters: are given to the worker again', async () => {
  const { port: redis, url } = await startRedis();
  const inbox = openInbox({ connection: url });
  const letter = newItem();
  await inbox.bury({ ...letter, reason: 'attempts', error: 'failed' });
  await inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' });
  const output = await runToEnd(await compile(deadLetters, { redis }));
  expect(output).toMatch(
    /^entities.clients.create 0 failed\n\{ waiting: 1, oldestDue: \d+, deadLetters: 1 \}\n$/,
  );
});

redisTest('Dashboards: BullMQ sees the queue', async () => {
  const { port: redis, url } = await startRedis();
  const inbox = openInbox({ connection: url });
  await inbox.put(newItem());
  await inbox.bury({ ...newItem(), reason: 'unreadable', error: 'x' });
  const output = await runToEnd(await compile(dashboards, { redis }));
  expect(output).toMatch(/waiting: 1,\s+active: 0,\s+delayed: 0,\s+completed: 0,\s+failed: 1/);
});

redisTest('Shutdown: ends on SIGTERM', async () => {
  const { port: redis } = await startRedis();
  const http = await findFreePort();
  const app = run(await compile(shutdown, { http, redis }));
  const send = await untilListening(http);
  await send(signNotification({ name: 'entities.clients.create', ids: [7] }, signing));
  await expect.poll(app.output).toBe('entities.clients.create\n');
  app.child.kill('SIGTERM');
  expect(await app.ended).toEqual([0, null]);
});

redisTest('Testing: the inbox conforms', async () => {
  const { port: redis } = await startRedis();
  expect(await runToEnd(await compile(testing, { redis }))).toBe('[]\n');
});

redisTest('an event takes the memory that the README says', async () => {
  const { url, admin } = await startRedis();
  const inbox = openInbox({ connection: url });
  await inbox.put(newItem());
  const key = await admin.keys('bull:fic-webhooks:de:*');
  expect(key).toHaveLength(1);
  const bytes = Number(await admin.memory('USAGE', key[0] ?? ''));
  expect(bytes).toBeGreaterThan(150);
  expect(bytes).toBeLessThan(300);
});
