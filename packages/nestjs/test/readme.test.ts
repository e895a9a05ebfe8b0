import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { compileApps } from './compile-apps.js';
import { startNode } from './node-process.js';
import { codeOf, keys, secondSigning, send, signing, sink } from './start-app.js';

// Every ```ts block of the README is compiled as a Nest project is, and run in a process of its own, with the built
// package. Two things are changed: the port, for one that is free, and the key to trust, for one that a test can sign with.
// The file of an inbox is in a folder of the test.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const headings = ['Use', 'Options', 'Options', 'Inbox', 'Inbox', 'Inbox', 'Own your route', 'Testing'];
const snippets = readme.split(/^## /m).flatMap((section) =>
  [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => ({
    heading: section.slice(0, section.indexOf('\n')),
    text,
  })),
);

/** Prints what a transactional handler has written. */
const look = `
import { sqliteInbox } from '@fic-webhooks/sqlite';
const inbox = sqliteInbox({ file: process.env['FIC_FILE'] ?? '' });
console.log(JSON.stringify(await inbox.transaction((tx) => tx.all('SELECT * FROM invoices'))));
await inbox.close();
`;

const ports: number[] = [];
let fileOf: (name: string) => string;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-nestjs-inbox-'));
  const files = new Map([['look', look]]);
  for (const [index, { text }] of snippets.entries()) {
    const port = await findFreePort();
    ports.push(port);
    files.set(
      `snippet-${index}`,
      text
        .replaceAll(/\b3000\b/g, String(port))
        .replaceAll(
          /applicationId: 1234(?!, publicKeys)/g,
          `$&, publicKeys: ${JSON.stringify(keys.publicKey)}`,
        )
        .replaceAll("'fic-events.db'", "process.env['FIC_FILE'] ?? ''"),
    );
  }
  // The process that listens, beside a worker of its own.
  files.set('web', (files.get('snippet-3') ?? '').replace('worker: { concurrency: 8 }', 'worker: false'));
  fileOf = await compileApps('module', files);
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

async function start(index: number, name = `snippet-${index}`) {
  const port = ports[index] ?? 0;
  const environment = { FIC_SINK: sink, FIC_FILE: join(folder, `${name}.db`) };
  const app = await startNode(fileOf(name), port, environment);
  return { ...app, url: `http://127.0.0.1:${port}` };
}

async function expectChallengeEchoed(url: string): Promise<void> {
  const request = challengeRequest(signing);
  expect(JSON.parse((await send(url, request)).body)).toEqual({ verification: request.challenge });
}

test('the README has the snippets that are run here', () => {
  expect(snippets.map(({ heading }) => heading)).toEqual(headings);
});

test('Use: the handlers run, and a signal ends it', async () => {
  const { url, output, stop } = await start(0);
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const client = signNotification({ name: 'entities.clients.create', companyId: 5, ids: [1, 2] }, signing);
  expect((await send(`${url}/webhooks/fic`, client)).status).toBe(204);
  const invoice = signNotification({ name: 'issued_documents.invoices.create', ids: [3] }, signing);
  expect((await send(`${url}/webhooks/fic`, invoice)).status).toBe(204);
  await expect.poll(output).toContain('entities.clients.create 5 [ 1, 2 ]\n');
  await expect.poll(output).toContain('Read these invoices through the API: [ 3 ] false\n');
  expect(output()).toContain('Mapped {/webhooks/fic}');
  expect(output()).not.toMatch(/WARN|ERROR/);
  expect(await stop('SIGTERM')).toBe('SIGTERM');
});

test('Options: configured by a factory, the company decides, and alerts are told', {
  timeout: 30_000,
}, async () => {
  const { url, output } = await start(1);
  const ours = signNotification({ companyId: 108061 }, signing);
  const others = signNotification({ companyId: 7 }, signing);
  expect((await send(`${url}/webhooks/fic`, ours)).status).toBe(204);
  expect((await send(`${url}/webhooks/fic`, others)).status).toBe(204);
  await expect.poll(output).toContain('alert company-ignored');
  expect(output().match(/^seen entities\.clients\.create$/gm)).toHaveLength(1);
});

test('Options: several endpoints', async () => {
  const { url, output } = await start(2);
  const name = 'products.update';
  expect((await send(`${url}/webhooks/fic`, signNotification({ name }, signing))).status).toBe(204);
  await expect.poll(output).toContain('first products.update');
  expect(output()).not.toContain('second products.update');
  expect((await send(`${url}/webhooks/second`, signNotification({ name }, secondSigning))).status).toBe(204);
  await expect.poll(output).toContain('second products.update');
  expect((await send(`${url}/ready`, { method: 'GET' })).body).toBe('{"ready":true,"inFlight":0}');
});

test('Inbox: the event is stored and handled, the app says that it is ready, and a signal ends it', async () => {
  const { url, output, stop } = await start(3);
  const notification = signNotification({ ids: [9] }, signing);
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  await expect.poll(output).toContain('entities.clients.create [ 9 ] attempt 1\n');
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  const ready = await send(`${url}/ready`, { method: 'GET' });
  expect(ready.status).toBe(200);
  expect(JSON.parse(ready.body)).toMatchObject({ ready: true, inbox: { worker: 'running', waiting: 0 } });
  expect(await stop('SIGTERM')).toBe('SIGTERM');
  expect(output().match(/attempt 1/g)).toHaveLength(1);
});

test('Inbox: a worker without HTTP handles what another process has stored', async () => {
  const { url, output } = await start(3, 'web');
  expect((await send(`${url}/webhooks/fic`, signNotification({ ids: [5] }, signing))).status).toBe(202);
  expect(JSON.parse((await send(`${url}/ready`, { method: 'GET' })).body)).toMatchObject({
    inbox: { worker: 'stopped', waiting: 1 },
  });
  // It listens nowhere: the port to wait for is that of the other one.
  const port = ports[3] ?? 0;
  const worker = await startNode(fileOf('snippet-4'), port, { FIC_FILE: join(folder, 'web.db') });
  await expect.poll(worker.output).toContain('worked entities.clients.create [ 5 ]\n');
  expect(await worker.stop('SIGTERM')).toBe('SIGTERM');
  expect(output()).not.toContain('attempt');
});

test('Inbox: the effect of a transactional handler is there, once', async () => {
  const { url, stop } = await start(5);
  const notification = signNotification({ name: 'issued_documents.invoices.create', ids: [7, 8] }, signing);
  for (let delivery = 0; delivery < 3; delivery++) {
    expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  }
  const env = { ...process.env, FIC_FILE: join(folder, 'snippet-5.db') };
  const readInvoices = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fileOf('look')], { env });
    return JSON.parse(stdout) as unknown;
  };
  const invoices = [
    { id: 7, number: '7/2025' },
    { id: 8, number: '8/2025' },
  ];
  await expect.poll(readInvoices).toEqual(invoices);
  await stop('SIGTERM');
  expect(await readInvoices()).toEqual(invoices);
});

test('Own your route: inside the interceptor', async () => {
  const { url, output } = await start(6);
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const notification = signNotification({ name: 'received_documents.create', ids: [9] }, signing);
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(204);
  expect(codeOf(await send(`${url}/webhooks/fic`, { body: '{}' }))).toBe('token-missing');
  await expect.poll(output).toContain('received_documents.create [ 9 ]');
  await expect.poll(() => output().match(/^a request for Hooks$/gm)).toHaveLength(3);
});

test('Testing: the tests pass', async () => {
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const file = fileOf('snippet-7');
  const run = promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], { env });
  const { stdout } = await run;
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});
