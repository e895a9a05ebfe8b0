import { type Emulator, type EmulatorOptions, startEmulator } from '@fic-webhooks/emulator';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { makeCertificate } from './support/make-certificate.js';
import { makeKey } from './support/make-folder.js';
import { runCli, runJson } from './support/start-cli.js';
import { type Answer, type RecordedRequest, startReceiver, startRecorder } from './support/start-server.js';

const token = 'a/very-secret-token';
const env = { FIC_ACCESS_TOKEN: token };

interface Document {
  readonly ok: boolean;
  readonly sink: string;
  readonly companyId: number;
  readonly checks: { id: string; result: string; message: string; cure: string | null }[];
}

async function startFic(options: EmulatorOptions = {}): Promise<Emulator> {
  const fic = await startEmulator({ applications: [{ id: 1234, accessToken: token }], ...options });
  onTestFinished(() => fic.close());
  return fic;
}

/** Runs the doctor, and gives each check by its id. */
async function examine(fic: Emulator, sink: string, args: readonly string[] = []) {
  const command = ['doctor', '--company', '7', '--base-url', fic.url, '--sink', sink, ...args];
  const result = await runJson<Document>(command, { env });
  const { checks } = result.document;
  const find = (id: string) => {
    const found = checks.find((check) => check.id === id);
    if (found === undefined)
      throw new Error(`There is no check ${id} among ${checks.map((check) => check.id)}.`);
    return found;
  };
  return { ...result, find, results: Object.fromEntries(checks.map(({ id, result }) => [id, result])) };
}

const refuse = (): Answer => ({ status: 401 });

test('a sink of core with its subscription: nothing is wrong', async () => {
  const fic = await startFic();
  const { sink, events } = await startReceiver(fic.publicKey);
  await fic.subscribe({ sink, companyId: 7, types: ['entities.clients.create', 'products.create'] });
  const { code, document, results, stderr } = await examine(fic, sink, ['--types', 'products.create']);
  expect([code, stderr, document.ok, document.sink, document.companyId]).toEqual([0, '', true, sink, 7]);
  expect(results).toEqual({
    // An emulator takes what is on this machine.
    https: 'warning',
    'public-address': 'warning',
    reachable: 'ok',
    redirect: 'ok',
    routed: 'ok',
    'forged-token': 'ok',
    challenge: 'unchecked',
    'genuine-event': 'unchecked',
    'body-parser': 'ok',
    'rate-limit': 'ok',
    // A loaded machine is slow.
    speed: expect.stringMatching(/ok|warning/),
    api: 'ok',
    'sink-string': 'ok',
    verified: 'ok',
    'dead-types': 'ok',
    'missing-types': 'ok',
    conflicts: 'ok',
    quota: 'ok',
  });
  for (const { cure, result } of document.checks)
    expect(cure === null).toBe(result === 'ok' || result === 'unchecked');
  // The welcome event of the subscription may be there.
  expect(events.filter(({ name }) => name !== 'subscriptions.welcome')).toEqual([]);
});

test('with a key that the sink trusts it is asked as Fatture in Cloud asks', async () => {
  const fic = await startFic();
  const key = await makeKey();
  const { sink, events } = await startReceiver(key.publicKey, { applicationId: 77 });
  const good = await examine(fic, sink, ['--private-key', key.file, '--application-id', '77']);
  expect(good.results).toMatchObject({ challenge: 'ok', 'genuine-event': 'ok' });
  expect(events.map(({ name }) => name)).toEqual(['subscriptions.welcome', 'subscriptions.welcome']);
  const other = await examine(fic, sink, ['--private-key', key.file]);
  expect(other.find('challenge')).toMatchObject({
    result: 'problem',
    message: expect.stringContaining('503 token-application'),
  });
  expect(other.code).toBe(1);
  const untrusted = await examine(fic, sink, ['--private-key', (await makeKey()).file]);
  expect(untrusted.find('challenge')).toMatchObject({
    result: 'unchecked',
    message: expect.stringContaining('does not trust the key'),
  });
});

test('in words: each check on a line, the cure below it, and the sum', async () => {
  const fic = await startFic();
  const { sink } = await startReceiver(fic.publicKey);
  const { code, stdout } = await runCli(['doctor', '--company', '7', '--base-url', fic.url, '--sink', sink], {
    env,
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Sink\n {2}! The sink is plain HTTP\./);
  expect(stdout).toContain('\n  ✔ Forged tokens and requests without a token are refused with 401.\n');
  expect(stdout).toContain('\n  - Whether the sink answers a challenge was not checked');
  expect(stdout).toContain(
    '\n  ✖ No subscription has this sink. There is none at all.\n    fic-webhooks subscriptions ensure --company 7',
  );
  expect(stdout).toMatch(/\n1 thing is wrong, 2 to look at, \d+ not checked\.\n$/);
});

test('the access token goes to the API alone, and no redirect is followed', async () => {
  const fic = await startFic();
  const key = await makeKey();
  const elsewhere = await startRecorder();
  const redirecting = await startRecorder(() => ({
    status: 308,
    headers: { location: `${elsewhere.url}/` },
  }));
  const plain = await startRecorder(refuse);
  const { find, code } = await examine(fic, `${redirecting.url}/fic`, ['--private-key', key.file]);
  expect([code, find('redirect').result]).toEqual([1, 'problem']);
  expect(find('redirect').message).toContain(`308 to ${elsewhere.url}/`);
  await examine(fic, plain.url, ['--private-key', key.file]);
  expect(elsewhere.requests).toEqual([]);
  const seen = [...redirecting.requests, ...plain.requests];
  expect(seen.length).toBeGreaterThan(20);
  expect(seen.some(({ headers }) => headers.authorization?.startsWith('Bearer ey'))).toBe(true);
  expect(JSON.stringify(seen)).not.toContain('very-secret');
});

test('only harmless events are sent, which name nobody', async () => {
  const fic = await startFic();
  const { url, requests } = await startRecorder(() => ({ status: 204 }));
  const { find, code } = await examine(fic, url);
  expect(find('forged-token')).toMatchObject({
    result: 'problem',
    message: expect.stringContaining('anybody can send it events'),
  });
  expect(code).toBe(1);
  const types = requests.flatMap(({ headers }) => headers['ce-type'] ?? []);
  expect(new Set(types)).toEqual(new Set(['it.fattureincloud.webhooks.subscriptions.welcome']));
});

test.each<
  [title: string, id: string, result: string, answer: (request: RecordedRequest) => Answer, says: RegExp]
>([
  [
    'echoes the challenge of anybody',
    'forged-token',
    'warning',
    ({ method, headers }) =>
      method === 'GET'
        ? { status: 200, body: JSON.stringify({ verification: headers['x-fic-verification-challenge'] }) }
        : refuse(),
    /answers challenges without a token/,
  ],
  ['refuses with 403', 'forged-token', 'warning', () => ({ status: 403 }), /403 instead of 401/],
  [
    'has no GET',
    'routed',
    'problem',
    ({ method }) => ({ status: method === 'GET' ? 404 : 401 }),
    /no route for GET: it answers 404/,
  ],
  ['has no route', 'routed', 'problem', () => ({ status: 404 }), /no route for GET and POST/],
  [
    'parses JSON first',
    'body-parser',
    'problem',
    ({ body }) => ({ status: body === '{"data":' ? 400 : 401 }),
    /a body that is not JSON \(400\)/,
  ],
  [
    'wants a body',
    'body-parser',
    'problem',
    ({ method, body }) => ({ status: method === 'POST' && body === '' ? 400 : 401 }),
    /an empty body \(400\)/,
  ],
  [
    'limits bodies',
    'body-parser',
    'problem',
    ({ body }) => ({ status: body.length > 100_000 ? 413 : 401 }),
    /a body of 320 kB \(413\)/,
  ],
  [
    'takes plain JSON only',
    'body-parser',
    'problem',
    ({ headers }) => ({ status: headers['content-type']?.includes('cloudevents') ? 415 : 401 }),
    /application\/cloudevents\+json \(415\)/,
  ],
  [
    'limits the rate',
    'rate-limit',
    'problem',
    (() => {
      let count = 0;
      return () => ({ status: ++count > 5 ? 429 : 401 });
    })(),
    /429/,
  ],
])('finds a sink that %s', async (_title, id, result, answer, says) => {
  const fic = await startFic();
  const { url } = await startRecorder(answer);
  const { find } = await examine(fic, url);
  expect(find(id)).toMatchObject({ result, message: expect.stringMatching(says), cure: expect.any(String) });
});

test('finds a guard in front of the webhook', async () => {
  const fic = await startFic();
  const key = await makeKey();
  const { sink } = await startReceiver(key.publicKey, { before: refuse });
  const { find } = await examine(fic, sink, ['--private-key', key.file]);
  expect(find('challenge')).toMatchObject({
    result: 'warning',
    message: expect.stringContaining('a guard in front of the webhook'),
  });
});

test('finds a challenge that is wrapped on its way out', async () => {
  const fic = await startFic();
  const key = await makeKey();
  const { url } = await startRecorder(({ method, headers }) =>
    method === 'GET' && headers.authorization !== undefined
      ? {
          status: 200,
          body: JSON.stringify({ data: { verification: headers['x-fic-verification-challenge'] } }),
        }
      : refuse(),
  );
  const { find } = await examine(fic, url, ['--private-key', key.file]);
  expect(find('challenge')).toMatchObject({
    result: 'problem',
    cure: expect.stringContaining('nothing around it'),
  });
});

test('finds a sink that is slow', { timeout: 60_000 }, async () => {
  const fic = await startFic();
  const { startServer } = await import('./support/start-server.js');
  const url = await startServer((request, response) => {
    request.resume();
    setTimeout(() => response.writeHead(401).end(), 1_100);
  });
  const { find } = await examine(fic, url);
  expect(find('speed')).toMatchObject({ cure: expect.stringContaining('Answer before any slow work') });
  expect(['warning', 'problem']).toContain(find('speed').result);
});

test('a sink that does not answer ends what is asked of it, not what is asked of the API', async () => {
  const fic = await startFic();
  const { find, code, results } = await examine(fic, `http://127.0.0.1:${await findFreePort()}/`);
  expect(code).toBe(1);
  expect(find('reachable')).toMatchObject({
    result: 'problem',
    message: expect.stringContaining('nobody listens there'),
  });
  expect(results).not.toHaveProperty('speed');
  expect(results).toHaveProperty('api', 'ok');
});

test('a certificate that nobody vouches for is said', async () => {
  const fic = await startFic();
  const { createServer } = await import('node:https');
  const server = createServer(await makeCertificate(), (_request, response) => response.end()).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { find } = await examine(fic, `https://localhost:${port}/fic`);
  expect(find('https').result).toBe('ok');
  expect(find('reachable')).toMatchObject({
    result: 'problem',
    message: expect.stringContaining('its certificate is self-signed'),
  });
});

test('for Fatture in Cloud itself a sink on this machine is a problem', async () => {
  // An address of this machine that does not look like one, so that nothing reaches the network.
  const api = `https://0.0.0.0:${await findFreePort()}`;
  const { code, document } = await runJson<Document>(
    [
      'doctor',
      '--company',
      '7',
      '--base-url',
      api,
      '--sink',
      `http://127.0.0.1:${await findFreePort()}/`,
      '--timeout',
      '1s',
    ],
    { env },
  );
  const results = Object.fromEntries(document.checks.map(({ id, result }) => [id, result]));
  expect([code, results]).toEqual([
    1,
    { https: 'problem', 'public-address': 'problem', reachable: 'problem', api: 'problem' },
  ]);
});

test.each([
  ['a slash', (sink: string) => `${sink}/`, /differ in a slash at the end/],
  ['its case', (sink: string) => sink.replace('webhooks', 'Webhooks'), /differ in upper and lower case/],
  ['a query', (sink: string) => `${sink}?a=1`, /differ in the query/],
])('a sink that differs in %s from the one of the API is found', async (_title, change, says) => {
  const fic = await startFic();
  const { sink } = await startReceiver(fic.publicKey);
  await fic.subscribe({ sink, companyId: 7, types: ['products.create'] });
  const { find, code } = await examine(fic, change(sink));
  expect(code).toBe(1);
  expect(find('sink-string')).toMatchObject({ result: 'problem', message: expect.stringMatching(says) });
  expect(find('sink-string').cure).toContain(`Give your receiver ${sink} as its sink`);
});

test('unverified, dead, missing and taken types, and a quota that runs out', async () => {
  const fic = await startFic();
  const { sink } = await startReceiver(fic.publicKey, { before: () => ({ status: 404 }) });
  const other = await startReceiver(fic.publicKey);
  await fic.subscribe({ sink: other.sink, companyId: 7, types: ['taxes.create'] });
  const types = ['products.create', 'issued_documents.self_invoices.create'];
  await fic.subscribe({ sink, companyId: 7, types }).catch(() => {});
  const { find, code } = await examine(fic, sink, ['--types', 'products.*', 'taxes.create']);
  expect(code).toBe(1);
  expect(find('verified')).toMatchObject({
    result: 'problem',
    cure: expect.stringContaining('subscriptions verify SUB2 --company 7'),
  });
  expect(find('dead-types')).toMatchObject({
    result: 'warning',
    message: expect.stringContaining('self_invoices.create'),
  });
  expect(find('missing-types')).toMatchObject({
    result: 'problem',
    message: 'No subscription has products.update, products.delete, products.stock_update.',
  });
  expect(find('conflicts')).toMatchObject({
    result: 'problem',
    message: expect.stringContaining(`SUB1 (${other.sink}) has taxes.create`),
  });
  expect(find('quota').message).toMatch(/^9\d\d of 1000 calls are left this hour/);
});

test.each([
  [{ hourlyremaining: '99', hourlylimit: '1000' }, 'warning', '99 of 1000 calls are left this hour.'],
  [{ monthlyremaining: '39000', monthlylimit: '40000' }, 'ok', '39000 of 40000 calls are left this month.'],
  [{}, 'unchecked', 'The API did not say how many calls are left.'],
])('the quota of %j is %s', async (quota, result, message) => {
  const headers = Object.fromEntries(
    Object.entries(quota).map(([name, value]) => [`ratelimit-${name}`, value]),
  );
  const api = await startRecorder(() => ({
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"data":[]}',
  }));
  const { find } = await examine({ url: api.url } as Emulator, (await startRecorder(refuse)).url);
  expect(find('quota')).toMatchObject({ result, message });
});

test('an API that refuses is a problem, with what it said', async () => {
  const fic = await startFic({ applications: [{ id: 1, accessToken: token, disabled: true }] });
  const { sink } = await startReceiver(fic.publicKey);
  const { find, code, results } = await examine(fic, sink);
  expect([code, find('api').result]).toEqual([1, 'problem']);
  expect(find('api').message).toContain('403');
  expect(results).not.toHaveProperty('verified');
});
