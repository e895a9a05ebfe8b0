import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { type Emulator, startEmulator } from '@fic-webhooks/emulator';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { createTestKeyPair, signNotification } from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { binary, plainEnvironment, startCli, waitFor } from './support/start-cli.js';
import { newLetter } from './support/start-inbox.js';
import { startServer } from './support/start-server.js';

// Every ```sh block under "Use" is run by a shell as it is, with the built command in place of `npx fic-webhooks`. Two
// things are changed: the ports, for those that are free.

const readme = await readFile(join(dirname(dirname(binary)), 'README.md'), 'utf8');
const use = readme.split(/^## /m).find((text) => text.startsWith('Use\n')) ?? '';
const sections = new Map(use.split(/^### /m).map((text) => [text.split('\n', 1)[0] ?? '', text]));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-readme-'));
  const npx = join(folder, 'npx');
  await writeFile(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${binary}' "$@"\n`);
  await chmod(npx, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** The blocks of a section in one language; those without a language are output. */
function blocksOf(section: string, language: string): string[] {
  const text = sections.get(section) ?? '';
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , block = '']) => block);
}

interface Shell {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a block. `ports` are those that stand in it, and those to take instead. */
function runBlock(block: string, ports: Readonly<Record<string, number>> = {}): Promise<Shell> {
  const script = replacePorts(block, ports);
  const env = { ...plainEnvironment, PATH: `${folder}:${process.env['PATH']}` };
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

function replacePorts(text: string, ports: Readonly<Record<string, number>>): string {
  return Object.entries(ports).reduce(
    (rest, [from, to]) =>
      rest.replaceAll(`:${from}/`, `:${to}/`).replaceAll(new RegExp(`:${from}\\b`, 'g'), `:${to}`),
    text,
  );
}

/** An app at the sink of the README, whose port is another one. */
async function startApp(port: number, publicKey: string): Promise<void> {
  const sink = `http://localhost:${port}/webhooks/fic`;
  const receiver = createReceiver({
    sink,
    applicationId: 1234,
    publicKeys: publicKey,
    logger: false,
    handlers: { '*': () => {} },
  });
  await startServer(createNodeHandler(receiver), port);
}

async function startFic(): Promise<Emulator> {
  const fic = await startEmulator({ behaviour: { welcomeDelay: 3_600_000 } });
  onTestFinished(() => fic.close());
  return fic;
}

const portOf = ({ url }: Emulator) => Number(new URL(url).port);

test('the README has the blocks that are run here', () => {
  const counts = [...sections.keys()].map((name) => [name, blocksOf(name, 'sh').length]);
  expect(Object.fromEntries(counts)).toEqual({
    Use: 0,
    emulator: 4,
    subscriptions: 2,
    inbox: 2,
    doctor: 1,
    conformance: 2,
    trigger: 3,
    'verify-token': 1,
    events: 1,
  });
});

test('emulator: it starts, prints the lines, and lets something happen', async () => {
  const [start = '', lines = '', curl = '', script = ''] = blocksOf('emulator', 'sh');
  const [sinkPort, port] = [await findFreePort(), await findFreePort()];
  const words = replacePorts(start, { 3000: sinkPort }).trim().replaceAll("'", '').split(' ').slice(2);
  const run = startCli([...words, '--port', String(port)]);
  await waitFor(run, () => run.stdout().includes('stops it.'));
  for (const [name = '', value = ''] of lines
    .trim()
    .split('\n')
    .map((line) => line.split('='))) {
    const known = replacePorts(value.replace('…', ''), { 3000: sinkPort });
    expect(run.stdout()).toContain(`${name}=${known}`);
  }
  const [, key = ''] = /^export FIC_PUBLIC_KEY=(\S+)$/m.exec(run.stdout()) ?? [];
  await startApp(sinkPort, key);
  await waitFor(run, () => run.stderr().includes('is verified'));
  expect((await runBlock(curl, { 4010: port })).stdout).toContain(
    '"type":"it.fattureincloud.webhooks.entities.clients.create"',
  );
  await waitFor(run, () => /delivered {2}204 {2}entities\.clients\.create/.test(run.stdout()));

  const json = startCli(script.trim().split(' ').slice(2));
  await waitFor(json, () => json.stdout().includes('\n'));
  const [document = '{}'] = blocksOf('emulator', 'json');
  expect(Object.keys(JSON.parse(json.stdout()) as object)).toEqual(
    Object.keys(JSON.parse(document) as object),
  );
});

test('subscriptions: the plan, then the rest', async () => {
  const [ensure = '', others = ''] = blocksOf('subscriptions', 'sh');
  const [plan = ''] = blocksOf('subscriptions', '');
  const fic = await startFic();
  const port = await findFreePort();
  await startApp(port, fic.publicKey);
  const ports = { 4010: portOf(fic), 3000: port };
  const planned = await runBlock(ensure, ports);
  expect([planned.code, planned.stderr]).toEqual([0, '']);
  expect(planned.stdout).toContain(replacePorts(plan, ports));
  expect(fic.subscriptions()).toEqual([]);
  expect((await runBlock(ensure.replace(' --dry-run', ''), ports)).stdout).toContain('verified  ✔ yes');
  const done = await runBlock(others, ports);
  expect([done.code, done.stderr]).toEqual([0, '']);
  expect(done.stdout).toMatch(/^ID .*is verified already.*^Deleted:$/ms);
  expect(fic.subscriptions()).toEqual([]);
});

test('doctor: it looks at the sink and its subscription', async () => {
  const [doctor = ''] = blocksOf('doctor', 'sh');
  const fic = await startFic();
  const port = await findFreePort();
  await startApp(port, fic.publicKey);
  const types = ['entities.clients', 'entities.suppliers'].flatMap((name) =>
    ['create', 'update', 'delete'].map((action) => `${name}.${action}`),
  );
  await fic.subscribe({ sink: `http://localhost:${port}/webhooks/fic`, types });
  const { code, stdout, stderr } = await runBlock(doctor, { 4010: portOf(fic), 3000: port });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Nothing is wrong');
  // The checks of the table are those that are made.
  const json = await runBlock(`${doctor.trimEnd()} --json`, { 4010: portOf(fic), 3000: port });
  const { checks } = JSON.parse(json.stdout) as { checks: { id: string }[] };
  const listed = [...(sections.get('doctor') ?? '').matchAll(/^\| `([a-z-]+)`/gm)].map(([, id]) => id);
  expect(checks.map(({ id }) => id)).toEqual(listed);
});

test('trigger and conformance: the key that was made serves from then on', { timeout: 60_000 }, async () => {
  const [first = '', second = '', third = ''] = blocksOf('trigger', 'sh');
  const port = await findFreePort();
  const made = await runBlock(first, { 3000: port });
  const [, key = ''] = /^export FIC_PUBLIC_KEY=(\S+)$/m.exec(made.stderr) ?? [];
  await startApp(port, key);
  const sent = await runBlock(second, { 3000: port });
  expect([sent.code, sent.stderr]).toEqual([0, '']);
  const [line = ''] = blocksOf('trigger', '');
  expect(sent.stdout.replaceAll(/\d+ ms/g, '6 ms')).toBe(line.repeat(3));

  const fic = await startFic();
  const other = await findFreePort();
  await startApp(other, fic.publicKey);
  await fic.subscribe({ sink: `http://localhost:${other}/webhooks/fic`, types: ['entities.clients.create'] });
  expect(await runBlock(third, { 4010: portOf(fic) })).toMatchObject({ code: 0, stderr: '' });

  const [all = '', some = ''] = blocksOf('conformance', 'sh');
  const [table = ''] = blocksOf('conformance', '');
  const whole = await runBlock(all, { 3000: port });
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  for (const row of table
    .trim()
    .split('\n')
    .filter((row) => row !== '…'))
    expect(whole.stdout).toContain(`${row}\n`);
  expect(await readFile(join(folder, 'report.xml'), 'utf8')).toContain('<testsuites ');
  expect((await runBlock(some, { 3000: port })).stdout).toContain('✔ token: none');
});

test('verify-token: what is right and wrong', async () => {
  const [command = ''] = blocksOf('verify-token', 'sh');
  const { privateKey, publicKey } = createTestKeyPair();
  const { headers } = signNotification({}, { privateKey, sink: 'https://example.com/webhooks/fic/' });
  await writeFile(join(folder, 'token.txt'), headers['Authorization'] ?? '');
  expect(await runBlock(command)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('This token is not genuine.'),
  });
  const { stdout } = await runBlock(command.replace(' - ', ` - --public-key '${publicKey}' `));
  const [output = ''] = blocksOf('verify-token', '');
  expect(stdout).toContain(
    output.replace('the key that Fatture in Cloud publishes', 'the key given with --public-key'),
  );
});

test('events: types and scopes', async () => {
  const [block = ''] = blocksOf('events', 'sh');
  const { code, stdout, stderr } = await runBlock(block);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/entities\.suppliers\.create.*^issued_documents\.invoices:r$.*"receipts\.create"/ms);
});

test('inbox: what waits for a person, and what to do with it', async () => {
  const [look = '', act = ''] = blocksOf('inbox', 'sh');
  const [output = ''] = blocksOf('inbox', '');
  // Relaxed: the folder for temporary files may be in memory.
  const inbox = sqliteInbox({ file: join(folder, 'fic-events.db'), durability: 'relaxed' });
  onTestFinished(() => inbox.close());
  const keys = { attempts: '4f8b20c1d9aa'.padEnd(64, '0'), unhandled: '81c07e55f00d'.padEnd(64, '0') };
  const error = 'connect ECONNREFUSED 10.0.0.7:5432';
  await inbox.bury(newLetter('attempts', { key: keys.attempts, error }));
  const name = 'issued_documents.quotes.create';
  await inbox.bury(newLetter('unhandled', { key: keys.unhandled, name, error: '' }));

  const looked = await runBlock(look);
  expect([looked.code, looked.stderr]).toEqual([0, '']);
  // Letters of a test have no attempts, and are buried now.
  const [year = ''] = new Date().toISOString().split('-');
  const known = (text: string) =>
    text.replaceAll(/ 12 {8}| 0 {9}/g, ' N').replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, `${year}`);
  expect(known(looked.stdout)).toBe(known(output));

  const acted = await runBlock(act);
  expect([acted.code, acted.stderr]).toEqual([0, '']);
  expect(acted.stdout).toContain('  reason    attempts');
  expect(await inbox.health()).toMatchObject({ waiting: 2, deadLetters: 0 });
});
