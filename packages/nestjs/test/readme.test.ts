import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { beforeAll, expect, test } from 'vitest';
import { compileApps } from './compile-apps.js';
import { findFreePort, startNode } from './node-process.js';
import { codeOf, keys, secondSigning, send, signing, sink } from './start-app.js';

// Every ```ts block of the README is compiled as a Nest project is, and run in a process of its own, with the built
// package. Two things are changed: the port, for one that is free, and the key to trust, for one that a test can sign with.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const headings = ['Use', 'Options', 'Options', 'Own your route', 'Testing'];
const snippets = readme.split(/^## /m).flatMap((section) =>
  [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => ({
    heading: section.slice(0, section.indexOf('\n')),
    text,
  })),
);

const ports: number[] = [];
let fileOf: (name: string) => string;
beforeAll(async () => {
  const files = new Map<string, string>();
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
        ),
    );
  }
  fileOf = await compileApps('module', files);
}, 60_000);

async function start(index: number) {
  const port = ports[index] ?? 0;
  const app = await startNode(fileOf(`snippet-${index}`), port, { FIC_SINK: sink });
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

test('Own your route: inside the interceptor', async () => {
  const { url, output } = await start(3);
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const notification = signNotification({ name: 'received_documents.create', ids: [9] }, signing);
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(204);
  expect(codeOf(await send(`${url}/webhooks/fic`, { body: '{}' }))).toBe('token-missing');
  await expect.poll(output).toContain('received_documents.create [ 9 ]');
  expect(output().match(/^a request for Hooks$/gm)).toHaveLength(3);
});

test('Testing: the tests pass', async () => {
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const file = fileOf('snippet-4');
  const run = promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], { env });
  const { stdout } = await run;
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});
