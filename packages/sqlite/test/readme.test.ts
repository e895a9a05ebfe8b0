import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createTestKeyPair, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { newItem } from './support/new-item.js';
import { openInbox } from './support/open-inbox.js';

// Every ```ts block of the README is compiled and run as it is, in a process of its own, with the built package. Two
// things are changed: the port, for one that is free, and the key to trust, for one that a test can sign with.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));
const keys = createTestKeyPair();
const sink = 'https://example.com/webhooks/fic';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-sqlite-readme-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

function pick(heading: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const snippet = snippets.find((text) => section.includes(text));
  if (snippet === undefined) throw new Error(`There is no snippet under ${heading}.`);
  return snippet;
}

interface Compiled {
  readonly file: string;
  readonly port: number;
  /** A folder of its own, in which it runs. */
  readonly cwd: string;
  readonly database: string;
}

async function compile(snippet: string): Promise<Compiled> {
  const port = await findFreePort();
  const cwd = await mkdtemp(join(folder, 'run-'));
  const key = JSON.stringify(keys.publicKey);
  const source = snippet
    .replaceAll(/\b3000\b/g, String(port))
    .replace(/applicationId: 1234(?!,\s*publicKeys)/, `applicationId: 1234, publicKeys: ${key}`);
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20' });
  const file = join(cwd, 'snippet.mjs');
  await writeFile(file, code);
  return { file, port, cwd, database: join(cwd, 'fic-events.db') };
}

function start({ file, cwd }: Compiled): { output: () => string; child: ChildProcess } {
  const child = spawn(process.execPath, [file], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += String(text);
    });
  }
  return { output: () => output, child };
}

test('the README has the snippets that are run here', () => {
  expect(snippets).toHaveLength(5);
});

test('Use: the event is stored, and handled', async () => {
  const compiled = await compile(pick('Use'));
  const { output } = start(compiled);
  const request = signNotification({ ids: [1, 2] }, { privateKey: keys.privateKey, sink });
  const send = sendOverHttp(`http://127.0.0.1:${compiled.port}/webhooks/fic`);
  const status = async () => {
    const answer = await send(request).catch(() => undefined);
    return answer?.status;
  };
  await expect.poll(status).toBe(202);
  await expect.poll(output).toBe('entities.clients.create [ 1, 2 ]\n');
});

/** Puts an event of a name into the file of a snippet. */
async function putEvent(database: string, name: string, ids: readonly number[]): Promise<void> {
  const inbox = openInbox({ file: database });
  const { payload, ...item } = newItem({ name });
  if (payload.kind !== 'event') throw new Error('It is no event.');
  const type = `it.fattureincloud.webhooks.${name}`;
  const dot = name.lastIndexOf('.');
  const parts = { name, type, resource: name.slice(0, dot), action: name.slice(dot + 1), ids };
  const event = { ...payload.event, ...parts } as never;
  expect(await inbox.put({ ...item, payload: { kind: 'event', event } })).toBe('stored');
}

test('Exactly-once effects: the invoices are there', async () => {
  const compiled = await compile(pick('Exactly-once effects'));
  await putEvent(compiled.database, 'issued_documents.invoices.create', [7, 8]);
  start(compiled);
  const inbox = openInbox({ file: compiled.database });
  const invoices = () => inbox.transaction((tx) => tx.all('SELECT * FROM invoices')).catch(() => []);
  await expect.poll(invoices).toEqual([
    { id: 7, number: '7/2025' },
    { id: 8, number: '8/2025' },
  ]);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
});

test('Dead letters: they are told, and tried again', async () => {
  const compiled = await compile(pick('Dead letters'));
  const inbox = openInbox({ file: compiled.database });
  await inbox.bury({ ...newItem(), reason: 'attempts', error: 'the CRM was down' });
  const { stdout } = await promisify(execFile)(process.execPath, [compiled.file], { cwd: compiled.cwd });
  expect(stdout).toMatch(
    /^entities\.clients\.create 0 the CRM was down\n\{ waiting: 1, oldestDue: \d+, deadLetters: 0 \}\n$/,
  );
});

test('Several processes: another one works', async () => {
  const compiled = await compile(pick('Several processes'));
  const { output } = start(compiled);
  await putEvent(compiled.database, 'receipts.create', [1]);
  await expect.poll(output).toBe('worked on receipts.create\n');
});

test('Testing: the test passes', async () => {
  const { file, cwd } = await compile(pick('Testing'));
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', file], { env, cwd });
  expect(stdout).toMatch(/^# pass [1-9]/m);
  expect(stdout).toContain('# fail 0');
});

test('Backup: SQLite makes the copy', async () => {
  expect(readme).toContain("VACUUM INTO 'fic-events-backup.db'");
  const compiled = await compile('');
  await putEvent(compiled.database, 'receipts.create', [1]);
  const copy = join(compiled.cwd, 'copy.db');
  // The same with the driver: the sqlite3 command may not be here.
  const driver = createRequire(import.meta.url).resolve('libsql');
  const script = `new (require(${JSON.stringify(driver)}))(process.argv[1]).exec("VACUUM INTO '${copy}'")`;
  await promisify(execFile)(process.execPath, ['--eval', script, compiled.database]);
  expect(await openInbox({ file: copy }).health()).toMatchObject({ waiting: 1 });
});
