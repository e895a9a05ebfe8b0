import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { challengeRequest, conformanceCaseNames, signNotification } from '@fic-webhooks/testing';
import ts from 'typescript';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { keys, send, signing, sink, toRequest } from './start-endpoint.js';

// Every ```ts block of the README is compiled and run as it is, with the built package. Two things are changed: the port, for
// one that is free, and the key to trust, for one that a test can sign with. The file of an inbox is in a folder of the test.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const run = promisify(execFile);
const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-fetch-readme-'));
  await mkdir(join(folder, 'node_modules/next'), { recursive: true });
  for (const name of ['@fic-webhooks', '@hono', 'hono'])
    await symlink(join(nodeModules, name), join(folder, 'node_modules', name));
  // As npm writes it when a reader installs the package: Deno looks here.
  const dependencies = { '@fic-webhooks/fetch': '*' };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
});
afterAll(() => rm(folder, { recursive: true }));

/** The snippet under a heading of any level. */
function pick(heading: string): string {
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const [, indent = '', text] = /^( *)```ts\n(.*?)^ *```$/ms.exec(section) ?? [];
  if (text === undefined) throw new Error(`There is no snippet under ${heading}.`);
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

/** Writes a snippet as a module, with some lines before it, and gives its path and its port. */
async function compile(snippet: string, before = ''): Promise<{ file: string; port: number }> {
  const port = await findFreePort();
  const key = JSON.stringify(keys.publicKey);
  const source = snippet
    .replaceAll(/\b3000\b/g, String(port))
    .replace(/applicationId: (1234|Number\(.*?\))(?!,\s*publicKeys)/, `applicationId: $1, publicKeys: ${key}`)
    .replace("'fic-events.db'", JSON.stringify(join(folder, `events-${port}.db`)));
  const { outputText } = ts.transpileModule(before + source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  const file = join(folder, `snippet-${port}.mjs`);
  await writeFile(file, outputText);
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

/** Runs a snippet that starts a server, until the end of the test. */
async function start({ file, port }: { file: string; port: number }, command = [process.execPath]) {
  const [program = '', ...programArguments] = command;
  const child: ChildProcess = spawn(program, [...programArguments, file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill();
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
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

/** The program of another runtime, where the PATH has it. */
async function findProgram(name: string): Promise<string | undefined> {
  for (const place of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(place, name);
    if (await run(file, ['--version']).catch(() => undefined)) return file;
  }
  process.stdout.write(
    `No ${name} in the PATH: its snippet runs on Node.js, with a stand-in for its server.\n`,
  );
  return undefined;
}

async function expectChallengeEchoed(url: string): Promise<void> {
  const request = challengeRequest(signing);
  expect(JSON.parse((await send(url, request)).body)).toEqual({ verification: request.challenge });
}

test('the README has the snippets that are run here', () => {
  expect(readme.match(/^ *```ts$/gm)).toHaveLength(10);
});

test('the README tells the number of cases as it is', () => {
  expect(readme).toContain(`cases passed, of ${conformanceCaseNames.length}`);
});

test('Hono: the handlers run', { timeout: 30_000 }, async () => {
  const { url, output } = await start(await compile(pick('Hono')));
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  const client = signNotification({ name: 'entities.clients.create', companyId: 5, ids: [1, 2] }, signing);
  expect((await send(`${url}/webhooks/fic`, client)).status).toBe(204);
  const invoice = signNotification({ name: 'issued_documents.invoices.create', ids: [3] }, signing);
  expect((await send(`${url}/webhooks/fic`, invoice)).status).toBe(204);
  await expect
    .poll(output)
    .toBe('entities.clients.create 5 [ 1, 2 ]\nRead these invoices through the API: [ 3 ]\n');
});

test('Inbox: the event is stored and handled, the app says that it is ready, and ends', {
  timeout: 30_000,
}, async () => {
  const { url, output, child } = await start(await compile(pick('Inbox')));
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

test('Next.js: the route can be loaded without settings, and hands late work to after()', async () => {
  // Next.js itself is not here. All that the snippet needs of it is a place to hand work to.
  await writeFile(
    join(folder, 'node_modules/next/package.json'),
    '{ "exports": { "./server": "./server.mjs" } }',
  );
  await writeFile(
    join(folder, 'node_modules/next/server.mjs'),
    'export const work = [];\nexport const after = (one) => void work.push(one);\n',
  );
  const { file } = await compile(
    pick('Next.js').replace('(event) => console.log', 'async (event) => console.log'),
  );
  const { GET, POST } = await import(pathToFileURL(file).href);
  const next = await import(pathToFileURL(join(folder, 'node_modules/next/server.mjs')).href);
  const context = { params: Promise.resolve({}) };
  process.env['FIC_SINK'] = sink;
  process.env['FIC_APPLICATION_ID'] = '1234';
  onTestFinished(() => {
    delete process.env['FIC_SINK'];
    delete process.env['FIC_APPLICATION_ID'];
  });
  const challenge = challengeRequest(signing);
  const verified = await GET(toRequest(challenge), context);
  expect(await verified.json()).toEqual({ verification: challenge.challenge });
  expect((await POST(toRequest(signNotification({}, signing)), context)).status).toBe(204);
  expect(next.work).toHaveLength(1);
});

const standIn = `
  import { serve } from '@hono/node-server';
  const answer = (routes) => (request) => routes[new URL(request.url).pathname](request, {});
  globalThis.Bun = { serve: ({ port, routes }) => serve({ port, fetch: answer(routes) }) };
  globalThis.Deno = { serve: ({ port }, fetch) => serve({ port, fetch }) };
`;

test.each([
  ['Bun', 'bun', []],
  ['Deno', 'deno', ['run', '--allow-net', '--allow-read']],
])('%s: the webhook is there, and runs its handler', { timeout: 40_000 }, async (name, program, options) => {
  const file = await findProgram(program);
  const { url, output } = await start(
    await compile(pick(name), file === undefined ? standIn : ''),
    file === undefined ? undefined : [file, ...options],
  );
  await expectChallengeEchoed(`${url}/webhooks/fic`);
  expect((await send(`${url}/webhooks/fic`, signNotification({ ids: [4] }, signing))).status).toBe(204);
  await expect.poll(output).toMatch(/entities\.clients\.create \[ ?4 ?\]/);
});

test('Cloudflare Workers: the settings come with the request', async () => {
  const { file } = await compile(pick('Cloudflare Workers'));
  const { default: worker } = await import(pathToFileURL(file).href);
  const env = { FIC_SINK: sink, FIC_APPLICATION_ID: '1234' };
  const context = { waitUntil() {} };
  const challenge = challengeRequest({ ...signing, method: 'query' });
  const verified = await worker.fetch(toRequest(challenge), env, context);
  expect(await verified.json()).toEqual({ verification: challenge.challenge });
  expect((await worker.fetch(toRequest(signNotification({}, signing)), env, context)).status).toBe(204);
  const elsewhere = new Request('https://example.com/other');
  expect((await worker.fetch(elsewhere, env, context)).status).toBe(404);
});

test('Options: the company decides, and alerts are told', { timeout: 30_000 }, async () => {
  const { url, output } = await start(await compile(pick('Options')));
  const ours = signNotification({ companyId: 108061 }, signing);
  const others = signNotification({ companyId: 7 }, signing);
  expect((await send(`${url}/webhooks/fic`, ours)).status).toBe(204);
  expect((await send(`${url}/webhooks/fic`, others)).status).toBe(204);
  await expect.poll(output).toContain('company-ignored');
  expect(output()).toMatch(/^entities\.clients\.create\n/);
});

test('Own your route: the route gets the event', { timeout: 30_000 }, async () => {
  const { url, output } = await start(await compile(pick('Own your route')));
  await expectChallengeEchoed(`${url}/custom`);
  expect((await send(`${url}/custom`, signNotification({ ids: [9] }, signing))).status).toBe(204);
  expect((await send(`${url}/custom`, { body: '{}' })).status).toBe(401);
  await expect.poll(output).toContain('entities.clients.create [ 9 ]');
});

test('Testing: the tests pass', { timeout: 30_000 }, async () => {
  const { file } = await compile(pick('Testing'));
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], { env });
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});

test('Troubleshooting: guard and CSRF protection stay behind the webhook', { timeout: 30_000 }, async () => {
  const { url } = await start(await compile(pick('Troubleshooting')));
  const { headers, body } = signNotification({ name: 'subscriptions.welcome' }, signing);
  const { 'Content-Type': _, ...withoutType } = headers;
  expect((await send(`${url}/webhooks/fic`, { headers: withoutType, body })).status).toBe(204);
  expect((await send(`${url}/other`, { method: 'GET' })).status).toBe(401);
  // What both would have done to the webhook.
  expect((await send(`${url}/other`, { headers: withoutType, body })).status).toBe(403);
});
