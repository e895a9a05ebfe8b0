import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { keys, send, signing } from './start-app.js';

// Every ```ts block of the README is compiled under strict settings and run as it is, in a process of its own, with the
// built package. Two things are changed: the port, for one that is free, and the key to trust, for one that a test can
// sign with. The file of an inbox is in a folder of the test.

interface Snippet {
  readonly heading: string;
  readonly port: number;
  readonly name: string;
}

const require = createRequire(import.meta.url);
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const base = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url));
const run = promisify(execFile);
const snippets: Snippet[] = [];
let folder = '';
let complaints = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-fastify-readme-'));
  await symlink(dirname(dirname(require.resolve('vitest/package.json'))), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const config = { extends: base, compilerOptions: { noEmit: false, outDir: 'out' }, include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  let heading = '';
  for (const [, title, indent = '', text = ''] of readme.matchAll(
    /^##+ ([^\n]*)$|^( *)```ts\n(.*?)^ *```$/gms,
  )) {
    if (title !== undefined) heading = title;
    else await addSnippet(heading, text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
  }
  const compiling = run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder]);
  complaints = (await compiling.catch((error: { stdout: string }) => error)).stdout;
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

async function addSnippet(heading: string, text: string): Promise<void> {
  const port = await findFreePort();
  const key = JSON.stringify(keys.publicKey);
  const source = text
    .replaceAll(/\b3000\b/g, String(port))
    .replace(/applicationId: 1234(?!,\s*publicKeys)/, `applicationId: 1234, publicKeys: ${key}`)
    .replace("'fic-events.db'", JSON.stringify(join(folder, `events-${port}.db`)));
  const name = `snippet-${snippets.length + 1}`;
  await writeFile(join(folder, `${name}.ts`), source);
  snippets.push({ heading, port, name });
}

function fileOf(heading: string): { file: string; port: number } {
  const snippet = snippets.find((one) => one.heading === heading);
  if (snippet === undefined) throw new Error(`There is no snippet under ${heading}.`);
  return { file: join(folder, 'out', `${snippet.name}.js`), port: snippet.port };
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
async function start(heading: string): Promise<{ url: string; output: () => string; child: ChildProcess }> {
  const { file, port } = fileOf(heading);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += String(text);
    });
  }
  await expect
    .poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`The snippet ended: ${output}`);
        return isListening(port);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return { url: `http://127.0.0.1:${port}`, output: () => output, child };
}

async function expectChallengeEchoed(url: string): Promise<void> {
  const request = challengeRequest(signing);
  expect(JSON.parse((await send(url, request)).body)).toEqual({ verification: request.challenge });
}

test('the README has the snippets that are run here, and they compile', () => {
  expect(snippets.map(({ heading }) => heading)).toEqual([
    'Use',
    'Closing',
    'Options',
    'Inbox',
    'Own your route',
    'Testing',
    'Troubleshooting',
  ]);
  expect(complaints).toBe('');
});

test('Use: the handlers run', { timeout: 30_000 }, async () => {
  const { url, output } = await start('Use');
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const client = signNotification({ name: 'entities.clients.create', companyId: 5, ids: [1, 2] }, signing);
  expect((await send(`${url}/webhooks/fic`, client)).status).toBe(204);
  const invoice = signNotification({ name: 'issued_documents.invoices.create', ids: [3] }, signing);
  expect((await send(`${url}/webhooks/fic`, invoice)).status).toBe(204);
  await expect
    .poll(output)
    .toBe('entities.clients.create 5 [ 1, 2 ]\nRead these invoices through the API: [ 3 ]\n');
});

test('Closing: SIGTERM ends the process in order', { timeout: 30_000 }, async () => {
  const { url, output, child } = await start('Closing');
  expect((await send(`${url}/webhooks/fic`, signNotification({}, signing))).status).toBe(204);
  child.kill('SIGTERM');
  await expect.poll(() => [child.exitCode, child.signalCode], { timeout: 10_000 }).toEqual([0, null]);
  expect(output()).toBe('entities.clients.create\n');
});

test('Options: the company decides, and alerts are told', { timeout: 30_000 }, async () => {
  const { url, output } = await start('Options');
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
  const { url, output, child } = await start('Inbox');
  const notification = signNotification({ ids: [9] }, signing);
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  await expect.poll(output).toBe('entities.clients.create [ 9 ] attempt 1\n');
  expect((await send(`${url}/webhooks/fic`, notification)).status).toBe(202);
  const ready = await send(`${url}/ready`, { method: 'GET' });
  expect(ready.status).toBe(200);
  expect(JSON.parse(ready.body)).toMatchObject({ ready: true, inbox: { worker: 'running', waiting: 0 } });
  child.kill('SIGTERM');
  await expect.poll(() => [child.exitCode, child.signalCode]).toEqual([0, null]);
});

test('Own your route: the route gets the event', { timeout: 30_000 }, async () => {
  const { url, output } = await start('Own your route');
  await expectChallengeEchoed(`${url}/custom`);
  expect((await send(`${url}/custom`, signNotification({ ids: [9] }, signing))).status).toBe(204);
  expect((await send(`${url}/custom`, { body: '{}' })).status).toBe(401);
  await expect.poll(output).toContain('entities.clients.create [ 9 ]');
});

test('Testing: the tests pass', { timeout: 30_000 }, async () => {
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', fileOf('Testing').file], {
    env,
  });
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});

test('Troubleshooting: the hook lets the webhook through, and guards the rest', {
  timeout: 30_000,
}, async () => {
  const { url } = await start('Troubleshooting');
  expect((await send(`${url}/webhooks/fic`, signNotification({}, signing))).status).toBe(204);
  expect((await send(`${url}/other`, { method: 'GET' })).status).toBe(401);
});
