import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformanceCaseNames } from '@fic-webhooks/testing';
import { expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { makeFolder, makeKey } from './support/make-folder.js';
import { runCli, runJson, startCli, waitFor } from './support/start-cli.js';
import { startReceiver, startRecorder, startServer } from './support/start-server.js';

interface Report {
  readonly url: string;
  readonly sink: string;
  readonly counts: { pass: number; fail: number; skip: number };
  readonly results: { name: string; result: string; why: string; milliseconds: number }[];
}

test('a receiver of core passes every case, and only what looks into the app is skipped', {
  timeout: 60_000,
}, async () => {
  const key = await makeKey();
  const { sink } = await startReceiver(key.publicKey);
  const junit = join(await makeFolder(), 'report.xml');
  const { code, document, stderr } = await runJson<Report>([
    ...['conformance', sink, '--private-key', key.file, '--junit', junit],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(document.results.map(({ name }) => name)).toEqual(conformanceCaseNames);
  expect(document.results.filter(({ result }) => result === 'fail')).toEqual([]);
  expect(document.counts.skip).toBeLessThan(10);
  const xml = await readFile(junit, 'utf8');
  expect(xml.match(/<testcase /g)).toHaveLength(conformanceCaseNames.length);
  expect(xml.match(/<skipped\/>/g)).toHaveLength(document.counts.skip);
  expect(xml).not.toContain('<failure');
});

test('an endpoint that takes everything fails: a table, the reasons, JUnit, and exit code 1', async () => {
  const key = await makeKey();
  const [escapeCode, nul] = [String.fromCharCode(27), String.fromCharCode(0)];
  const body = `${escapeCode}[31m${nul}\u009b1m <evil> ]]>`;
  const { url, requests } = await startRecorder(() => ({ status: 200, body }));
  const junit = join(await makeFolder(), 'report.xml');
  const cases = ['--cases', 'token: n*', 'method: *'];
  const { code, stdout } = await runCli([
    'conformance',
    url,
    '--private-key',
    key.file,
    ...cases,
    '--junit',
    junit,
  ]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^CASES +PASSED +FAILED +SKIPPED\ntoken +0 +1 +0\nmethod +0 +\d+ +0\n/);
  expect(stdout).toMatch(/✖ token: none\n {4}Expected 401 token-missing; got 200/);
  expect(stdout).toMatch(/0 passed, \d+ failed, 0 skipped\.\n$/);
  expect(stdout).not.toContain(escapeCode);
  expect(requests.length).toBeGreaterThan(3);
  const xml = await readFile(junit, 'utf8');
  expect(xml).toContain('<testcase classname="conformance.token" name="token: none"');
  expect(xml).toContain('&lt;evil');
  // XML may not hold others.
  expect(xml).not.toMatch(/[^\P{Cc}\n]/u);
});

test('--sink, --application-id and --success fit an app of one’s own; --all lists what passed', async () => {
  const key = await makeKey();
  const sink = 'https://example.com/webhooks/fic';
  const app = await startReceiver(key.publicKey, { sink, applicationId: 7 });
  const args = ['conformance', app.sink, '--sink', sink, '--private-key', key.file];
  const cases = ['--cases', 'challenge: in the *'];
  const { code, stdout } = await runCli([...args, '--application-id', '7', ...cases, '--all']);
  expect(code).toBe(0);
  expect(stdout).toContain('✔ challenge: in the header\n✔ challenge: in the query\n');
  const wrong = await runJson<Report>([...args, ...cases]);
  expect(wrong.document.results[0]?.why).toContain('token-application');
  const event = ['--application-id', '7', '--cases', 'token: scheme in lower case'];
  expect((await runCli([...args, ...event, '--success', '200'])).code).toBe(1);
  expect((await runCli([...args, ...event, '--success', '201,204'])).code).toBe(0);
});

test('no redirect is followed', async () => {
  const key = await makeKey();
  const elsewhere = await startRecorder();
  const { url } = await startRecorder(() => ({ status: 307, headers: { location: elsewhere.url } }));
  const { code, document } = await runJson<Report>([
    ...['conformance', url, '--private-key', key.file, '--cases', 'challenge: in the header', 'token: none'],
  ]);
  expect(code).toBe(1);
  expect(document.results.map(({ why }) => why).join()).toContain('follows no redirect');
  expect(elsewhere.requests).toEqual([]);
});

test('gives up on an endpoint that does not answer', async () => {
  const key = await makeKey();
  let count = 0;
  const url = await startServer(() => {
    count++;
  });
  const args = ['conformance', url, '--private-key', key.file, '--timeout', '300ms'];
  const { code, document } = await runJson<Report>(args);
  expect(code).toBe(1);
  expect(document.counts.pass).toBe(0);
  expect(document.results).toHaveLength(conformanceCaseNames.length);
  expect(document.results[100]?.why).toContain('There was no answer');
  // On a loaded machine a request may not even arrive in time.
  expect(count).toBeLessThanOrEqual(3);
});

test('an endpoint that is not there is said', async () => {
  const key = await makeKey();
  const url = `http://127.0.0.1:${await findFreePort()}/`;
  const { code, stdout } = await runCli(['conformance', url, '--private-key', key.file]);
  expect([code, stdout]).toEqual([1, expect.stringContaining('Nobody answers at')]);
});

test.each([
  [
    ['http://localhost:1/', '--cases', 'token: nonne'],
    /--cases: no case is called "token: nonne"\. Did you mean "token: none"\?/,
  ],
  [['http://localhost:1/', '--success', '404'], /--success is 404/],
  [['http://localhost:1/', '--junit', '/no/such/folder/report.xml'], /--junit: .*ENOENT/],
  [['localhost:3000'], /<url> is "localhost:3000"/],
  [['http://user:secret@localhost:1/'], /<url> has a user name or a password/],
  [['http://localhost:1/', '--timeout', 'soon'], /--timeout is "soon".*500ms, 5s or 10m/],
])('%j is exit code 2', async (args, message) => {
  const key = await makeKey();
  const { code, stdout, stderr } = await runCli(['conformance', ...args, '--private-key', key.file]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('a key that is missing, none, or of another curve is exit code 2, and nothing is sent', async () => {
  const { url, requests } = await startRecorder();
  const { generateKeyPairSync } = await import('node:crypto');
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  const run = (env: NodeJS.ProcessEnv, ...args: string[]) => runCli(['conformance', url, ...args], { env });
  const results = [
    [await run({}), /--private-key is missing, and FIC_PRIVATE_KEY is not set/],
    [await run({ FIC_PRIVATE_KEY: 'rubbish' }), /FIC_PRIVATE_KEY holds no private key/],
    [await run({ FIC_PRIVATE_KEY: String(rsa) }), /not a P-256 one/],
    [await run({ FIC_PRIVATE_KEY: (await makeKey()).publicKey }), /holds a public key/],
    [await run({}, '--private-key', 'missing.pem'), /missing\.pem cannot be read \(ENOENT\)/],
    [await run({}, '--private-key', (await makeKey()).privateKey), /takes the path of a file/],
  ] as const;
  for (const [{ code, stdout, stderr }, message] of results) {
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('-----BEGIN');
  }
  expect(requests).toEqual([]);
});

test('Ctrl+C ends it', async () => {
  const key = await makeKey();
  const { url, requests } = await startRecorder();
  const run = startCli(['conformance', url, '--private-key', key.file]);
  await waitFor(run, () => requests.length > 0);
  run.child.kill('SIGINT');
  expect(await run.ended).toBe('SIGINT');
});
