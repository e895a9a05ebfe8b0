import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type FicEvent, type ReceiverOptions } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { importSPKI, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { type CaseResult, createTestKeyPair, runConformance, sendOverHttp } from '../src/index.js';
import { startServer } from './start-server.js';

// Each endpoint has one fault that real integrations have had. The suite must find it, and say what it is.

const sink = 'https://example.com/webhooks/fic';
const { privateKey, publicKey } = createTestKeyPair();

async function check(listener: RequestListener, more: Partial<Parameters<typeof runConformance>[0]> = {}) {
  const send = sendOverHttp(await startServer(listener));
  return runConformance({ sink, privateKey, send, handledWithin: 100, ...more });
}

function failures(results: readonly CaseResult[]): Map<string, string> {
  return new Map(results.filter(({ result }) => result === 'fail').map(({ name, why }) => [name, why]));
}

function createApp(options: Partial<ReceiverOptions> = {}) {
  const handled: (FicEvent | string)[] = [];
  const receiver = createReceiver({
    sink,
    applicationId: 1234,
    publicKeys: publicKey,
    logger: false,
    ...options,
  });
  receiver.on('*', async (event) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    handled.push(event);
  });
  return { listener: createNodeHandler(receiver), handled };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

test('one that answers 200 to everything', async () => {
  const results = await check((_request, response) => void response.end('OK'));
  const failed = failures(results);
  expect(results.filter(({ result }) => result === 'pass')).toEqual([]);
  expect(failed.get('challenge: in the header')).toMatch(
    /Expected 200 with a JSON body; got 200 with the body OK/,
  );
  expect(failed.get('token: none')).toMatch(/Expected 401 token-missing; got 200 .*catch-all route/);
  expect(failed.get('token: alg none')).toMatch(/Expected 401 token-malformed; got 200/);
  expect(failed.get('body: not JSON')).toMatch(
    /Expected 503 body-malformed or event-unreadable, or 202 with an inbox; got 200/,
  );
  expect(failed.get('method: PUT')).toMatch(/Expected 405/);
});

test('one that answers 200 fails on refusals only where 200 counts as a success', async () => {
  const failed = failures(
    await check((_request, response) => void response.end(), { successStatuses: [200] }),
  );
  expect(failed.has('event: binary')).toBe(false);
  expect(failed.has('token: none')).toBe(true);
});

test('one that does not look at aud and aid', async () => {
  const key = await importSPKI(publicKey, 'ES256');
  const { listener } = createApp();
  const failed = failures(
    await check(async (request, response) => {
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      // Verified by a good library, with everything but the audience.
      const genuine = await jwtVerify(token, key, { issuer: 'https://api-v2.fattureincloud.it' }).catch(
        () => undefined,
      );
      if (request.method === 'POST' && genuine !== undefined) response.writeHead(204).end();
      else listener(request, response);
    }),
  );
  for (const name of ['claims: aud is another sink', 'claims: aud missing']) {
    expect(failed.get(name)).toMatch(/Expected 503 token-(audience|claims); got 204/);
  }
  expect(failed.get('claims: aid is another application')).toMatch(/Expected 503 token-application; got 204/);
  expect(failed.has('token: none')).toBe(false);
});

test('one that reads body.ids', async () => {
  const key = await importSPKI(publicKey, 'ES256');
  const { listener } = createApp();
  const handled: string[] = [];
  const results = await check(
    async (request, response) => {
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const genuine = await jwtVerify(token, key, { audience: sink }).catch(() => undefined);
      if (request.method !== 'POST' || genuine === undefined) return listener(request, response);
      const body = await readJson(request).catch(() => undefined);
      const ids = Array.isArray(body?.['ids']) ? body['ids'] : [];
      if (ids.length > 0) handled.push(String(genuine.payload.jti));
      response.writeHead(204).end();
    },
    { handled: () => handled, handledWithin: 20 },
  );
  const failed = failures(results);
  expect(failed.get('event: binary')).toMatch(/reached no handler within 20 ms.*data\.ids/);
  expect(failed.has('event: ids without the data wrapper')).toBe(false);
});

test('one that takes only the first id', async () => {
  const { listener, handled } = createApp();
  const first = () =>
    handled.map((event) =>
      typeof event === 'string' ? event : { id: event.id, ids: event.ids.slice(0, 1) },
    );
  const failed = failures(await check(listener, { handled: first }));
  expect(failed.get('event: several ids')).toMatch(/with ids \[3\], expected \[3,1,2\]/);
});

test('one without deduplication', async () => {
  const { listener, handled } = createApp({ idempotency: false });
  const failed = failures(await check(listener, { handled: () => handled }));
  expect(failed.get('delivery: the same again')).toMatch(/handled 2 times, expected once/);
  expect(failed.get('delivery: five twins at once are handled once')).toMatch(/handled 5 times/);
  expect(failed.get('delivery: same id, other ids')).toMatch(/Expected 503 conflict/);
  expect(failed.get('handlers: the right events and only they, once each')).toMatch(/times, expected once/);
});

test('one that looks and inserts in two steps', async () => {
  const seen = new Set<string>();
  const handled: string[] = [];
  const { listener } = createApp();
  const failed = failures(
    await check(
      async (request, response) => {
        const id = String(request.headers['ce-id']);
        if (request.method !== 'POST') return listener(request, response);
        const known = seen.has(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.add(id);
        if (!known) handled.push(id);
        response.writeHead(204).end();
      },
      { handled: () => handled, cases: (name) => name.startsWith('delivery:') },
    ),
  );
  expect(failed.get('delivery: five twins at once are handled once')).toMatch(/handled 5 times.*atomically/);
  expect(failed.has('delivery: the same again')).toBe(false);
});

test('one that handles before it verifies', async () => {
  const { listener } = createApp();
  const handled: string[] = [];
  const failed = failures(
    await check(
      (request, response) => {
        const id = request.headers['ce-id'];
        if (typeof id === 'string' && !handled.includes(id)) handled.push(id);
        void listener(request, response);
      },
      { handled: () => handled },
    ),
  );
  expect(failed.get('token: none')).toMatch(/a handler ran for it all the same/);
});

test('one whose forbidden run comes after the answer', async () => {
  const { listener, handled } = createApp();
  const failed = failures(
    await check(
      (request, response) => {
        const id = request.headers['ce-id'];
        if (request.headers.authorization === undefined && typeof id === 'string')
          setTimeout(() => handled.push(id), 20);
        void listener(request, response);
      },
      { handled: () => handled },
    ),
  );
  expect([...failed.keys()]).toEqual(['handlers: the right events and only they, once each']);
});

test('one that loses failures: a success although the handler failed', async () => {
  let failNext = false;
  const { listener, handled } = createApp();
  const failed = failures(
    await check(
      (request, response) => {
        if (failNext && request.method === 'POST') {
          failNext = false;
          response.writeHead(204).end();
        } else void listener(request, response);
      },
      {
        handled: () => handled,
        failNext: () => {
          failNext = true;
        },
      },
    ),
  );
  expect([...failed.keys()]).toEqual(['delivery: a handler fails, the retry is handled']);
  expect(failed.values().next().value).toMatch(/Expected 500 handler-failed; got 204/);
});

test.each([
  ['a redirect', { status: 307, header: 'location' }, /got 307 .*follows no redirect/],
  ['a rate limit', { status: 429, header: 'retry-after' }, /got 429 .*every event it refuses is lost/],
  ['a route that is missing', { status: 404, header: 'x-a' }, /got 404 .*not mounted at this path/],
  ['a guard of the app', { status: 401, header: 'x-a' }, /got 401 .*guard for the whole app/],
])('%s in front', async (_what, { status, header }, why) => {
  const results = await check(
    (_request, response) => void response.writeHead(status, { [header]: '1' }).end('no'),
  );
  const failed = failures(results);
  expect(results.filter(({ result }) => result === 'pass')).toEqual([]);
  expect(failed.get('event: binary')).toMatch(why);
  expect(failed.get('challenge: in the header')).toMatch(why);
});

test('another key, sink or application in the receiver', async () => {
  const expectHint = async (options: Partial<ReceiverOptions>, hint: RegExp) => {
    const { listener } = createApp(options);
    expect(failures(await check(listener, { cases: ['event: binary'] })).get('event: binary')).toMatch(hint);
  };
  await expectHint(
    { publicKeys: createTestKeyPair().publicKey },
    /signing-key-unknown.*`publicKeys` is not the public key/,
  );
  await expectHint({ sink: `${sink}/` }, /token-audience.*not the `sink` of this suite/);
  await expectHint({ applicationId: 5 }, /token-application.*`applicationId` of the receiver/);
});

test.each([
  [
    'the token',
    (token: string) => ({ code: 'token-malformed', title: token }),
    /repeats nothing of the token/,
  ],
  [
    'a stack trace',
    () => ({ code: 'token-malformed', title: 'at verify (/app/src/x.js:1:2)' }),
    /without inside detail/,
  ],
  [
    'a detail',
    () => ({ code: 'token-malformed', detail: 'exp is 5' }),
    /without inside detail \(member detail\)/,
  ],
  ['a member of its own', () => ({ code: 'token-malformed', sink }), /without inside detail \(member sink\)/],
  ['no code', () => ({ title: 'No' }), /with the member code/],
  ['another code', () => ({ code: 'nope' }), /Expected 401 token-malformed; got 401 .*nope/],
])('a refusal with %s', async (_what, makeProblem, why) => {
  const failed = failures(
    await check(
      (request, response) => {
        const token = (request.headers.authorization ?? '').slice(7);
        response.writeHead(401, { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' });
        response.end(JSON.stringify(makeProblem(token)));
      },
      { cases: ['token: alg ES384'] },
    ),
  );
  expect(failed.get('token: alg ES384')).toMatch(why);
});

test.each([
  [
    'as plain JSON',
    { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
    /as application\/problem\+json/,
  ],
  [
    'without WWW-Authenticate',
    { 'content-type': 'application/problem+json' },
    /with WWW-Authenticate: Bearer/,
  ],
])('a refusal %s', async (_what, headers, why) => {
  const failed = failures(
    await check(
      (_request, response) => {
        response.writeHead(401, headers).end('{"code":"token-missing"}');
      },
      { cases: ['token: none'] },
    ),
  );
  expect(failed.get('token: none')).toMatch(why);
});

test('a challenge echoed as a page that may be cached', async () => {
  const failed = failures(
    await check(
      (request, response) => {
        const url = new URL(request.url ?? '', 'http://localhost');
        const name = 'x-fic-verification-challenge';
        const verification = request.headers[name] ?? url.searchParams.get(name);
        response.end(JSON.stringify({ verification }));
      },
      { cases: (name) => name.startsWith('challenge:') },
    ),
  );
  expect(failed.has('challenge: in the header')).toBe(false);
  expect(failed.get('challenge: headers of the answer')).toMatch(/header content-type .*missing/);
  expect(failed.get('challenge: no token')).toMatch(/Expected 401/);
  expect(failed.get('challenge: in both, different')).toMatch(/Expected 400/);
});

test('one that hangs is given up after three requests', async () => {
  let requests = 0;
  const results = await check(() => void requests++, { answerWithin: 30 });
  expect(results.every(({ result }) => result === 'fail')).toBe(true);
  expect(results[0]?.why).toMatch(/There was no answer: .*nothing came within 30 ms/);
  expect(results[50]?.why).toMatch(/Not tried: 3 requests got no answer/);
  expect(requests).toBe(3);
});

test('one that is down', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const results = await runConformance({ sink, privateKey, send: sendOverHttp(`http://127.0.0.1:${port}/`) });
  expect(results.every(({ result }) => result === 'fail')).toBe(true);
  expect(results[0]?.why).toMatch(/send-refused.*Is the app running there/);
});

test('a send that throws at once, or gives an answer that is none', async () => {
  const thrown = await runConformance({
    sink,
    privateKey,
    send: () => {
      throw new TypeError('not ready');
    },
  });
  expect(thrown[0]?.why).toBe('There was no answer: TypeError: not ready');
  const wrong = await runConformance({ sink, privateKey, send: (async () => undefined) as never });
  expect(wrong.some(({ result }) => result === 'pass')).toBe(false);
  expect(wrong[0]?.why).toMatch(/send gave no answer of the form \{ status, headers, body \}/);
});

test('one with an inbox may answer 202 where it keeps what it cannot read', async () => {
  // A receiver behind an inbox of the simplest kind: every success, every conflict and every unreadable body is stored.
  const { listener } = createApp();
  const kept = new Set(['body-malformed', 'body-encoding', 'body-too-large', 'event-unreadable', 'conflict']);
  const inner = sendOverHttp(await startServer(listener));
  const results = await runConformance({
    sink,
    privateKey,
    async send(request) {
      const answer = await inner(request);
      const { code } = answer.body.startsWith('{') ? (JSON.parse(answer.body) as { code?: string }) : {};
      const isKept = answer.status === 204 || (code !== undefined && kept.has(code));
      return isKept ? { status: 202, headers: {}, body: '' } : answer;
    },
  });
  expect(failures(results)).toEqual(new Map());
});

test('the events of two runs never meet', async () => {
  const { listener } = createApp();
  const first = failures(await check(listener));
  const second = failures(await check(listener));
  expect([first, second]).toEqual([new Map(), new Map()]);
});
