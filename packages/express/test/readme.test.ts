import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { keys, send, signing } from './start-app.js';

// Every ```ts block of the README is compiled and run as it is, in a process of its own, with the built package. Two
// things are changed: the port, for one that is free, and the key to trust, for one that a test can sign with. The file of an
// inbox is in a folder of the test.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/^( *)```ts\n(.*?)^ *```$/gms)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);
const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-express-readme-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

function pick(heading: string, index = 0): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const own = snippets.filter((snippet) =>
    section.replaceAll(/^ +/gm, '').includes(snippet.replaceAll(/^ +/gm, '')),
  );
  const snippet = own[index];
  if (snippet === undefined) throw new Error(`There is no snippet ${index} under ${heading}.`);
  return snippet;
}

/** Writes a snippet as a module, and gives its path and its port. */
async function compile(snippet: string): Promise<{ file: string; port: number }> {
  const port = await findFreePort();
  const key = JSON.stringify(keys.publicKey);
  const source = snippet
    .replaceAll(/\b3000\b/g, String(port))
    .replace(/applicationId: 1234(?!,\s*publicKeys)/, `applicationId: 1234, publicKeys: ${key}`)
    .replace("'fic-events.db'", JSON.stringify(join(folder, `events-${port}.db`)));
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20' });
  const file = join(folder, `snippet-${port}.mjs`);
  await writeFile(file, code);
  return { file, port };
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Runs a snippet that starts an app, until the end of the test. */
async function start(snippet: string): Promise<{ url: string; output: () => string; child: ChildProcess }> {
  const { file, port } = await compile(snippet);
  const child: ChildProcess = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill();
  });
  let output = '';
  child.stdout?.on('data', (text) => {
    output += String(text);
  });
  child.stderr?.on('data', (text) => {
    output += String(text);
  });
  await expect
    .poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`The snippet ended: ${output}`);
        return isListening(port);
      },
      { timeout: 10_000 },
    )
    .toBe(true);
  return { url: `http://127.0.0.1:${port}`, output: () => output, child };
}

async function expectChallengeEchoed(url: string): Promise<void> {
  const request = challengeRequest(signing);
  expect(JSON.parse((await send(url, request)).body)).toEqual({ verification: request.challenge });
}

test('the README has the snippets that are run here', () => {
  expect(snippets).toHaveLength(7);
});

test('Use: the handlers run', { timeout: 20_000 }, async () => {
  const { url, output } = await start(pick('Use'));
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const client = signNotification({ name: 'entities.clients.create', companyId: 5, ids: [1, 2] }, signing);
  expect((await send(`${url}/webhooks/fic`, client)).status).toBe(204);
  const invoice = signNotification({ name: 'issued_documents.invoices.create', ids: [3] }, signing);
  expect((await send(`${url}/webhooks/fic`, invoice)).status).toBe(204);
  await expect
    .poll(output)
    .toBe('entities.clients.create 5 [ 1, 2 ]\nRead these invoices through the API: [ 3 ]\n');
});

test('Options: the company decides, and alerts are told', { timeout: 20_000 }, async () => {
  const { url, output } = await start(pick('Options'));
  const ours = signNotification({ companyId: 108061 }, signing);
  const others = signNotification({ companyId: 7 }, signing);
  expect((await send(`${url}/webhooks/fic`, ours)).status).toBe(204);
  expect((await send(`${url}/webhooks/fic`, others)).status).toBe(204);
  await expect.poll(output).toContain('company-ignored');
  expect(output()).toMatch(/^entities\.clients\.create\n/);
});

test('Inbox: the event is stored and handled, the app says that it is ready, and ends', {
  timeout: 30_000,
}, async () => {
  const { url, output, child } = await start(pick('Inbox'));
  const notification = signNotification({ ids: [9] }, signing);
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  await expect.poll(output).toBe('entities.clients.create [ 9 ] attempt 1\n');
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  const ready = await send(`${url}/ready`, { method: 'GET' });
  expect(ready.status).toBe(200);
  expect(JSON.parse(ready.body)).toMatchObject({ ready: true, inbox: { worker: 'running', waiting: 0 } });
  child.kill('SIGTERM');
  await expect.poll(() => [child.exitCode, child.signalCode]).toEqual([0, null]);
  expect(output()).toBe('entities.clients.create [ 9 ] attempt 1\n');
});

test('Own your route: the route gets the event', { timeout: 20_000 }, async () => {
  const { url, output } = await start(pick('Own your route'));
  await expectChallengeEchoed(`${url}/custom`);
  expect((await send(`${url}/custom`, signNotification({ ids: [9] }, signing))).status).toBe(204);
  expect((await send(`${url}/custom`, { body: '{}' })).status).toBe(401);
  await expect.poll(output).toContain('entities.clients.create [ 9 ]');
});

test('The fast lane: the webhook and the app are both there', { timeout: 20_000 }, async () => {
  const { url, output } = await start(pick('The fast lane'));
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  expect((await send(`${url}/webhooks/fic?a=1`, signNotification({}, signing))).status).toBe(204);
  expect((await send(url, { method: 'GET' })).body).toBe('the rest of the app');
  await expect.poll(output).toBe('entities.clients.create\n');
});

test('Testing: the tests pass', { timeout: 30_000 }, async () => {
  const { file } = await compile(pick('Testing'));
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], { env });
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});

test('Troubleshooting: the guard stays behind the webhook', { timeout: 20_000 }, async () => {
  const { url } = await start(pick('Troubleshooting'));
  expect((await send(`${url}/webhooks/fic`, signNotification({}, signing))).status).toBe(204);
  expect((await send(`${url}/other`, { method: 'GET' })).status).toBe(401);
});
