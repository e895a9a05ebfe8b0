import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  challengeRequest,
  createTestKeyPair,
  type SignNotificationOptions,
  signNotification,
} from '@fic-webhooks/testing';
import { describe, expect, test } from 'vitest';
import { makeFolder } from './support/make-folder.js';
import { runCli, runJson } from './support/start-cli.js';

const sink = 'https://example.com/webhooks/fic';
const keys = createTestKeyPair();
const [escapeCode, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
const fitting = ['--sink', sink, '--application-id', '1234'];
const key = ['--public-key', Buffer.from(keys.publicKey).toString('base64')];

function makeToken(options: Partial<SignNotificationOptions> = {}): string {
  const { headers } = signNotification({}, { privateKey: keys.privateKey, sink, ...options });
  return (headers['Authorization'] ?? '').replace('Bearer ', '');
}

interface Document {
  readonly genuine: boolean;
  readonly fits: boolean;
  readonly kind: string;
  readonly header: unknown;
  readonly claims: Record<string, unknown>;
  readonly checks: { part: string; result: string; value: unknown; why: string }[];
  readonly refusal: { code: string; status: number } | null;
}

async function inspect(token: string, args: readonly string[] = [...fitting, ...key]) {
  const result = await runJson<Document>(['verify-token', token, ...args]);
  const { checks } = result.document;
  return { ...result, results: Object.fromEntries(checks.map(({ part, result }) => [part, result])), checks };
}

test('a genuine token that fits: exit code 0, every part is right, and the token is not printed', async () => {
  const token = makeToken();
  const { code, stdout, stderr } = await runCli(['verify-token', token, ...fitting, ...key]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('This is a genuine token of a notification, and it fits.');
  for (const part of ['form', 'signature', 'iss', 'aud', 'aid', 'sub', 'jti', 'iat', 'exp']) {
    expect(stdout).toMatch(new RegExp(`✔ ${part} `));
  }
  expect(stdout).toMatch(/exp .*in 3 h\./);
  for (const secret of token.split('.')) expect(stdout).not.toContain(secret);
});

test('--json has the same as a document', async () => {
  const { code, document, results } = await inspect(makeToken());
  expect(code).toBe(0);
  expect(document).toMatchObject({
    genuine: true,
    fits: true,
    kind: 'event',
    header: { alg: 'ES256' },
    refusal: null,
  });
  expect(document.claims).toMatchObject({ aid: 1234, aud: [sink], sub: 'company:108061' });
  expect(new Set(Object.values(results))).toEqual(new Set(['right']));
});

test('a sink that differs by a slash is named: exit code 1', async () => {
  const args = ['--sink', `${sink}/`, ...key];
  const { code, results, checks, document } = await inspect(makeToken(), args);
  expect([code, document.genuine, document.fits]).toEqual([1, true, false]);
  expect(results).toMatchObject({ signature: 'right', aud: 'wrong', aid: 'unchecked' });
  expect(checks.find(({ part }) => part === 'aud')?.why).toContain(`${sink}/`);
  expect(document.refusal).toMatchObject({ code: 'token-audience', status: 503 });
  const { stdout } = await runCli(['verify-token', makeToken(), ...args]);
  expect(stdout).toContain('genuine token of a notification, and it does not fit.');
  expect(stdout).toContain('A receiver answers it with 503 token-audience');
  expect(stdout).toMatch(/- aid .*Give --application-id to compare it\./);
});

test('several things at once are each said', async () => {
  const { code, results } = await inspect(
    makeToken({ claims: { iss: 'https://example.org', aid: 7, sub: undefined }, expiresIn: -3_600_000 }),
  );
  expect(code).toBe(1);
  expect(results).toEqual({
    form: 'right',
    signature: 'right',
    iss: 'wrong',
    aud: 'right',
    aid: 'wrong',
    sub: 'wrong',
    jti: 'right',
    iat: 'right',
    exp: 'wrong',
  });
});

test('without --public-key the published key counts, and a token of another one is not genuine', async () => {
  const { code, document, checks } = await inspect(makeToken(), fitting);
  expect([code, document.genuine]).toEqual([1, false]);
  expect(checks[1]?.why).toContain('does not fit the key that Fatture in Cloud publishes');
});

test('the token of a verification request is known as such', async () => {
  const { headers } = challengeRequest({ privateKey: keys.privateKey, sink });
  const token = (headers['Authorization'] ?? '').replace('Bearer ', '');
  expect(await inspect(token)).toMatchObject({ code: 0, document: { kind: 'challenge', fits: true } });
});

describe('takes what people paste', () => {
  const token = makeToken();
  const middle = Math.floor(token.length / 2);
  test.each([
    ['Bearer', `Bearer ${token}`],
    ['a whole header', `Authorization: bearer ${token}`],
    ['quotes', `"Bearer ${token}",`],
    ['white space', `  ${token}\n`],
    ['a line break in it', `${token.slice(0, middle)}\n  ${token.slice(middle)}`],
  ])('%s', async (_title, pasted) => {
    expect((await inspect(pasted)).code).toBe(0);
    expect(await runJson(['verify-token', '-', ...fitting, ...key], { input: pasted })).toMatchObject({
      code: 0,
    });
  });
});

test('--public-key takes a file, a PEM, and base64 of a PEM', async () => {
  const file = join(await makeFolder(), 'public.pem');
  await writeFile(file, keys.publicKey);
  for (const given of [file, keys.publicKey, Buffer.from(keys.publicKey).toString('base64')]) {
    expect((await inspect(makeToken(), [...fitting, '--public-key', given])).code).toBe(0);
  }
});

test('what is no token at all is exit code 1, and an access token of the API is pointed out, and not printed', async () => {
  const { code, stdout, stderr } = await runCli(['verify-token', 'a/very-secret-access-token']);
  expect(code).toBe(1);
  expect(stdout).toContain('This is no token of Fatture in Cloud.');
  expect(stdout).toContain('looks like an access token of the API');
  expect(stdout + stderr).not.toContain('very-secret');
});

test('claims cannot steer the terminal', async () => {
  const evil = `${escapeCode}[2J${bell}\u202e\u009b31m\r\nforged`;
  const token = makeToken({ claims: { sub: evil, [evil]: evil } });
  const human = await runCli(['verify-token', token, ...fitting, ...key]);
  const { document, stdout } = await inspect(token);
  expect(human.stdout).toContain('forged');
  for (const text of [human.stdout, stdout]) expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  expect(document.claims['sub']).toBe(evil);
});

test.each([
  [['', ...fitting], /<jwt>: it is empty/],
  [['Bearer '], /<jwt>/],
  [['-'], /<jwt>: standard input holds no token/],
  [['x.y.z', '--sink', 'example.com'], /--sink is "example\.com"/],
  [['x.y.z', '--application-id', 'acme'], /--application-id is "acme"/],
  [['x.y.z', '--public-key', 'missing.pem'], /--public-key is "missing\.pem".*ENOENT/],
  [['x.y.z', '--public-key', ''], /--public-key is empty/],
  [['x.y.z', '--public-key', keys.privateKey], /--public-key: .*private key/],
  [['x.y.z', '--publik-key', 'k'], /Did you mean --public-key\?/],
  [[], /missing required argument 'jwt'/],
])('%#: wrong usage is exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['verify-token', ...args], { input: '\n' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain(keys.privateKey.slice(40, 80));
});

test('a flood on standard input is cut off', async () => {
  const { code, stderr } = await runCli(['verify-token', '-'], { input: 'a'.repeat(200_000) });
  expect(code).toBe(2);
  expect(stderr).toContain('over 64 KiB');
});
