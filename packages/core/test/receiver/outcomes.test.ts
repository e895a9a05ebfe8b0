import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type BodyResult,
  createReceiver,
  type OutcomeCode,
  type ReceiverOptions,
  type ReceiverRequest,
  type ReceiverResponse,
} from '../../src/index.js';
import { outcomes } from '../../src/receiver/outcomes.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import {
  binaryRequest,
  challengeRequest,
  type RequestOptions,
  structuredRequest,
} from '../support/requests.js';
import { applicationId, createSigningKey, makeClaims, signToken, sink } from '../support/sign-token.js';

const otherKey = createSigningKey();
const nowInSeconds = () => Math.floor(Date.now() / 1000);

/** One row of the table of outcomes. */
interface Row {
  readonly code: OutcomeCode;
  readonly status: number;
  readonly request: () => Promise<ReceiverRequest>;
  readonly options?: Partial<ReceiverOptions>;
  /** Whether onAlert is told. Default false. */
  readonly alert?: boolean;
  /** Whether the log has a line. Default: as `alert`. */
  readonly logged?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a byte of the body may be read. Default true. */
  readonly reads?: boolean;
}

const withClaims =
  (claims: Record<string, unknown>, options: RequestOptions = {}) =>
  () =>
    binaryRequest({ ...options, claims });
const withBody = (result: BodyResult) => async () => ({
  ...(await binaryRequest()),
  body: async () => result,
});
const withMethod = (method: string) => async () => ({ ...(await binaryRequest()), method });
const challenge = { 'www-authenticate': 'Bearer' };
const retry = { 'retry-after': '10' };
const failing = () => {
  throw new Error('failed on purpose');
};

const rows: Record<string, Row> = {
  handled: {
    code: 'handled',
    status: 204,
    request: binaryRequest,
    options: { handlers: { '*': () => {} } as never },
  },
  'handled, structured': { code: 'handled', status: 204, request: structuredRequest },
  'no handler': { code: 'unhandled', status: 204, request: binaryRequest },
  'an unknown type': {
    code: 'unhandled',
    status: 204,
    request: () => binaryRequest({ event: { type: 'entities.leads.create' } }),
  },
  welcome: {
    code: 'welcome',
    status: 204,
    request: () => binaryRequest({ event: { type: 'subscriptions.welcome' }, body: '' }),
  },
  'company ignored': {
    code: 'company-ignored',
    status: 204,
    request: binaryRequest,
    options: { company: () => 'ignore' },
    alert: true,
  },
  'company gone': {
    code: 'company-gone',
    status: 410,
    request: binaryRequest,
    options: { company: async () => 'gone' as const },
    logged: true,
  },
  'company accepted': {
    code: 'unhandled',
    status: 204,
    request: binaryRequest,
    options: { company: async () => 'accept' as const },
  },
  'company throws': {
    code: 'company-undecided',
    status: 503,
    request: binaryRequest,
    options: { company: failing },
    alert: true,
  },
  'company rejects': {
    code: 'company-undecided',
    status: 503,
    request: binaryRequest,
    options: { company: async () => failing() },
    alert: true,
  },
  'company undecided': {
    code: 'company-undecided',
    status: 503,
    request: binaryRequest,
    options: { company: (() => true) as never },
    alert: true,
  },
  'no company, so nobody to ask': {
    code: 'unhandled',
    status: 204,
    request: () => binaryRequest({ event: { subject: 'user:1' } }),
    options: { company: () => 'gone' },
  },
  'a challenge': { code: 'challenged', status: 200, request: () => challengeRequest('abc'), reads: false },
  'no challenge': {
    code: 'challenge-unusable',
    status: 400,
    request: () => challengeRequest('', {}),
    logged: true,
    reads: false,
  },
  PUT: {
    code: 'method-not-allowed',
    status: 405,
    request: withMethod('PUT'),
    headers: { allow: 'GET, POST' },
    logged: true,
    reads: false,
  },
  HEAD: {
    code: 'method-not-allowed',
    status: 405,
    request: withMethod('HEAD'),
    headers: { allow: 'GET, POST' },
    logged: true,
    reads: false,
  },
  OPTIONS: {
    code: 'method-not-allowed',
    status: 405,
    request: withMethod('OPTIONS'),
    headers: { allow: 'GET, POST' },
    logged: true,
    reads: false,
  },
  'lower-case post': {
    code: 'method-not-allowed',
    status: 405,
    request: withMethod('post'),
    headers: { allow: 'GET, POST' },
    logged: true,
    reads: false,
  },
  'no token': {
    code: 'token-missing',
    status: 401,
    request: () => binaryRequest({ headers: { authorization: undefined } }),
    headers: challenge,
    logged: true,
    reads: false,
  },
  'another scheme': {
    code: 'token-missing',
    status: 401,
    request: () => binaryRequest({ headers: { authorization: 'Basic YTpi' } }),
    headers: challenge,
    logged: true,
    reads: false,
  },
  'no well-formed token': {
    code: 'token-malformed',
    status: 401,
    request: () => binaryRequest({ token: 'a.b.c' }),
    headers: challenge,
    logged: true,
    reads: false,
  },
  'two Authorization headers': {
    code: 'token-repeated',
    status: 401,
    request: async () => {
      const request = await binaryRequest();
      return { ...request, headers: [...request.headers, ['Authorization', 'Bearer a'] as const] };
    },
    headers: challenge,
    logged: true,
    reads: false,
  },
  'an unknown key, not naming us': {
    code: 'token-untrusted',
    status: 401,
    request: withClaims({ aid: 1 }, { key: otherKey }),
    headers: challenge,
    logged: true,
    reads: false,
  },
  'expired over 24 hours ago': {
    code: 'token-stale',
    status: 401,
    request: () => withClaims({ exp: nowInSeconds() - 86_500 })(),
    headers: challenge,
    logged: true,
    reads: false,
  },
  'an unknown key that names us': {
    code: 'signing-key-unknown',
    status: 503,
    request: () => binaryRequest({ key: otherKey }),
    alert: true,
    reads: false,
  },
  expired: {
    code: 'token-expired',
    status: 503,
    request: () => withClaims({ exp: nowInSeconds() - 100 })(),
    alert: true,
    reads: false,
  },
  'issued in the future': {
    code: 'token-early',
    status: 503,
    request: () => withClaims({ iat: nowInSeconds() + 100 })(),
    alert: true,
    reads: false,
  },
  'a missing claim': {
    code: 'token-claims',
    status: 503,
    request: withClaims({ jti: undefined }),
    alert: true,
    reads: false,
  },
  'an odd claim': {
    code: 'token-claims',
    status: 503,
    request: withClaims({ aid: '1234' }),
    alert: true,
    reads: false,
  },
  'another issuer': {
    code: 'token-issuer',
    status: 503,
    request: withClaims({ iss: 'https://evil.example' }),
    alert: true,
    reads: false,
  },
  'another audience': {
    code: 'token-audience',
    status: 503,
    request: withClaims({ aud: [`${sink}/`] }),
    alert: true,
    reads: false,
  },
  'another application': {
    code: 'token-application',
    status: 503,
    request: withClaims({ aid: 5 }),
    alert: true,
    reads: false,
  },
  'another id than jti': {
    code: 'event-binding',
    status: 503,
    request: withClaims({ jti: 'other' }),
    alert: true,
  },
  'another subject than sub': {
    code: 'event-binding',
    status: 503,
    request: withClaims({ sub: 'company:1' }),
    alert: true,
  },
  'another source than iss': {
    code: 'event-binding',
    status: 503,
    request: () => binaryRequest({ event: { source: 'https://evil.example' } }),
    alert: true,
  },
  'a body above the limit': {
    code: 'body-too-large',
    status: 503,
    request: binaryRequest,
    options: { bodyLimit: 10 },
    alert: true,
  },
  'too large for the adapter': {
    code: 'body-too-large',
    status: 503,
    request: withBody({ failed: 'too-large' }),
    alert: true,
  },
  'a late body': { code: 'body-late', status: 503, request: withBody({ failed: 'timeout' }), alert: true },
  'a broken-off body': {
    code: 'body-aborted',
    status: 503,
    request: withBody({ failed: 'aborted' }),
    alert: true,
  },
  'a body that throws': {
    code: 'body-aborted',
    status: 503,
    request: async () => ({ ...(await binaryRequest()), body: async () => failing() }),
    alert: true,
  },
  'an eaten body': {
    code: 'body-consumed',
    status: 503,
    request: withBody({ failed: 'consumed', detail: 'express.json()' }),
    alert: true,
  },
  'a body that a parser refused': {
    code: 'body-malformed',
    status: 503,
    request: withBody({ failed: 'unparseable' }),
    alert: true,
  },
  'an unknown failure of the body': {
    code: 'body-aborted',
    status: 503,
    request: withBody({ failed: 'nonsense' } as never),
    alert: true,
  },
  'no JSON': {
    code: 'body-malformed',
    status: 503,
    request: () => binaryRequest({ body: '<html>' }),
    alert: true,
  },
  'no body': { code: 'body-malformed', status: 503, request: () => binaryRequest({ body: '' }), alert: true },
  'a foreign encoding': {
    code: 'body-encoding',
    status: 503,
    request: () => binaryRequest({ headers: { 'content-encoding': 'zstd' } }),
    alert: true,
  },
  'no notification': {
    code: 'event-unreadable',
    status: 503,
    request: () => binaryRequest({ body: { data: {} } }),
    alert: true,
  },
  'the keys cannot be had': {
    code: 'keys-unavailable',
    status: 503,
    request: binaryRequest,
    options: { publicKeys: failing },
    alert: true,
    reads: false,
  },
  'the store cannot be reached': {
    code: 'store-unavailable',
    status: 503,
    request: binaryRequest,
    options: {
      idempotency: { claim: failing, extend: () => true, complete: () => true, release: () => true },
    },
    alert: true,
    headers: retry,
  },
  'claimed elsewhere': {
    code: 'in-progress',
    status: 503,
    request: binaryRequest,
    options: {
      idempotency: {
        claim: () => ({ state: 'busy' }),
        extend: () => true,
        complete: () => true,
        release: () => true,
      },
    },
    logged: true,
    headers: retry,
  },
  'a failing handler': {
    code: 'handler-failed',
    status: 500,
    request: binaryRequest,
    options: { handlers: { '*': failing } as never },
    logged: true,
  },
  'a rejecting handler': {
    code: 'handler-failed',
    status: 500,
    request: binaryRequest,
    options: { handlers: { '*': async () => failing() } as never },
    logged: true,
  },
  'a handler that asks for later': {
    code: 'handler-postponed',
    status: 503,
    request: binaryRequest,
    options: {
      handlers: {
        '*': (_: unknown, context: { retryAfter(ms: number): void }) => context.retryAfter(1_500),
      } as never,
    },
    headers: { 'retry-after': '2' },
  },
  'an adapter that throws': {
    code: 'internal',
    status: 503,
    request: async () => ({ ...(await challengeRequest('a')), query: failing }),
    alert: true,
    reads: false,
  },
};

/** What every answer has in common, whatever its outcome. */
function expectSound(response: ReceiverResponse, row: Row): void {
  expect(response.status).toBe(row.status);
  expect(response.headers).toMatchObject(row.headers ?? {});
  for (const name of Object.keys(response.headers)) expect(name).toBe(name.toLowerCase());
  if (row.status === 204) {
    expect(response.body).toBe('');
    expect(response.headers['content-type']).toBeUndefined();
  } else if (row.status >= 400) {
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['cache-control']).toBe('no-store');
    const problem = JSON.parse(response.body) as Record<string, unknown>;
    expect(problem).toEqual({
      title: expect.stringMatching(/^[A-Z].*\.$/),
      status: row.status,
      code: row.code,
    });
  }
}

describe('the table of outcomes', () => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    const { receiver, lines, alerts } = createRecordingReceiver(row.options);
    const request = await row.request();
    let reads = 0;
    const response = await receiver.handle({
      ...request,
      body: (limit) => {
        reads++;
        return request.body(limit);
      },
    });
    expectSound(response, row);
    expect(reads).toBe(row.reads === false ? 0 : 1);
    expect(alerts.map(({ code }) => code)).toEqual(row.alert ? [row.code] : []);
    expect(lines).toHaveLength((row.logged ?? row.alert) ? 1 : 0);
    for (const line of lines) expect(line).toContain(`[fic-webhooks] ${row.code}: `);
    for (const { count, message } of alerts) {
      expect(count).toBe(1);
      expect(lines[0]).toBe(`warn [fic-webhooks] ${message}`);
    }
    // An answer that leaves the body unread ends the connection.
    const unread = row.reads === false && request.method !== 'GET';
    if (unread) expect(response.headers['connection']).toBe('close');
    expect((await receiver.health()).inFlight).toBe(0);
  });

  test('every line says what, why and what to do', () => {
    for (const [code, row] of Object.entries(outcomes) as [OutcomeCode, Record<string, unknown>][]) {
      const cause = row['cause'];
      expect(cause === undefined, code).toBe(row['cure'] === undefined);
      if (row['alert'] === true) expect(cause, code).toBeDefined();
      if (Number(row['status']) >= 400) expect(row['title'], code).toMatch(/^[A-Z].*\.$/);
      else expect(row['title'], code).toBeUndefined();
    }
  });

  test('nothing that Fatture in Cloud signed gets a 4xx, a stale token and a gone company apart', () => {
    const outsiders = [
      'method-not-allowed',
      'challenge-unusable',
      'token-missing',
      'token-repeated',
      'token-malformed',
      'token-untrusted',
      'token-stale',
      'company-gone',
    ];
    const client = Object.entries(outcomes).filter(([, { status }]) => status >= 400 && status < 500);
    expect(client.map(([code]) => code).sort()).toEqual([...outsiders].sort());
    const statuses = new Set(Object.values(outcomes).map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 202, 204, 400, 401, 405, 410, 500, 503]);
    expect(client.filter(([, { status }]) => status === 410).map(([code]) => code)).toEqual(['company-gone']);
  });
});

describe('idempotency, in short', () => {
  test('a duplicate is a success and runs nothing; other content is a conflict', async () => {
    let runs = 0;
    const { receiver, alerts } = createRecordingReceiver();
    receiver.on('*', () => {
      runs++;
    });
    const id = `198:${randomUUID()}`;
    const send = async (ids: number[]) => receiver.handle(await binaryRequest({ event: { id, ids } }));
    expect((await send([1])).status).toBe(204);
    expect((await send([1])).status).toBe(204);
    expect(runs).toBe(1);
    const conflict = await send([2]);
    expect(conflict.status).toBe(503);
    expect(JSON.parse(conflict.body)).toMatchObject({ code: 'conflict' });
    expect(alerts.map(({ code }) => code)).toEqual(['conflict']);
    expect(runs).toBe(1);
  });
});

describe('the challenge', () => {
  const name = 'x-fic-verification-challenge';
  const sha = 'a1'.repeat(32);
  const { receiver } = createRecordingReceiver();

  async function ask(
    options: RequestOptions,
    header: string | undefined = undefined,
  ): Promise<ReceiverResponse> {
    return receiver.handle(await challengeRequest('', { ...options, headers: { [name]: header } }));
  }

  test.each<[string, RequestOptions, string | undefined, string]>([
    ['in the header', {}, sha, sha],
    ['in the query', { query: { [name]: sha } }, undefined, sha],
    ['in both, equal', { query: { [name]: sha } }, sha, sha],
    ['in the query, as a list of one', { query: { [name]: [sha] } }, undefined, sha],
    ['one character', {}, 'x', 'x'],
    ['1,024 characters', {}, 'x'.repeat(1024), 'x'.repeat(1024)],
    ['all that is printable', {}, '<script>"\\\'&%</script> ~', '<script>"\\\'&%</script> ~'],
    ['beside an empty one', { query: { [name]: '' } }, sha, sha],
    ['without aid, jti, sub and iat', { claims: { aid: undefined, iat: undefined } }, sha, sha],
    ['with jti and sub', { claims: { jti: 'a', sub: 'company:1' } }, sha, sha],
  ])('%s', async (_, options, header, expected) => {
    const response = await ask(options, header);
    expect(response).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
      },
      body: JSON.stringify({ verification: expected }),
    });
  });

  test.each<[string, RequestOptions, string | undefined]>([
    ['none', {}, undefined],
    ['an empty one', {}, ''],
    ['1,025 characters', {}, 'x'.repeat(1025)],
    ['no ASCII', {}, 'é'],
    ['a line break', { query: { [name]: 'a\nb' } }, undefined],
    ['two that differ', { query: { [name]: 'a' } }, 'b'],
    ['twice in the query', { query: { [name]: ['a', 'a'] } }, undefined],
  ])('%s is not usable', async (_, options, header) => {
    expect((await ask(options, header)).status).toBe(400);
  });

  test('a repeated header is not usable', async () => {
    const request = await challengeRequest('a');
    expect((await receiver.handle({ ...request, headers: [...request.headers, [name, 'a']] })).status).toBe(
      400,
    );
  });

  test.each<[string, RequestOptions, number]>([
    ['of another application', { claims: { aid: 5 } }, 503],
    ['for another sink', { claims: { aud: ['https://other.example'] } }, 503],
    ['signed by somebody', { key: otherKey, claims: { aid: 1 } }, 401],
    ['missing', { headers: { authorization: undefined } }, 401],
  ])('a token %s gets no echo', async (_, options, status) => {
    const response = await receiver.handle(await challengeRequest('secret-challenge', options));
    expect(response.status).toBe(status);
    expect(JSON.stringify(response)).not.toContain('secret-challenge');
  });

  test('touches no store', async () => {
    const store = { claim: failing, extend: failing, complete: failing, release: failing };
    const made = createRecordingReceiver({ idempotency: store });
    expect((await made.receiver.handle(await challengeRequest('a'))).status).toBe(200);
  });
});

describe("applicationId 'any'", () => {
  test('accepts every application, and alerts with the one seen', async () => {
    const { receiver, alerts, lines } = createRecordingReceiver({ applicationId: 'any' });
    expect((await receiver.handle(await binaryRequest({ claims: { aid: 77 } }))).status).toBe(204);
    expect(alerts).toEqual([
      expect.objectContaining({ code: 'application-seen', detail: 'applicationId 77.' }),
    ]);
    expect(lines).toHaveLength(1);
    const unnamed = await receiver.handle(await binaryRequest({ claims: { aid: undefined } }));
    expect(JSON.parse(unnamed.body)).toMatchObject({ code: 'token-claims' });
  });
});

test('a list of sinks and of applications', async () => {
  const { receiver } = createRecordingReceiver({
    sink: [sink, 'https://b.example/'],
    applicationId: [applicationId, 9],
  });
  expect(
    (await receiver.handle(await binaryRequest({ claims: { aud: ['https://b.example/'], aid: 9 } }))).status,
  ).toBe(204);
});

test('another specversion is handled, with an alert', async () => {
  const { receiver, alerts } = createRecordingReceiver();
  let runs = 0;
  receiver.on('*', () => runs++);
  expect((await receiver.handle(await binaryRequest({ headers: { 'ce-specversion': '2.0' } }))).status).toBe(
    204,
  );
  expect(runs).toBe(1);
  expect(alerts).toEqual([
    expect.objectContaining({ code: 'specversion-unexpected', detail: 'specversion 2.0.' }),
  ]);
});

test('the default key is not the key of the tests', async () => {
  const receiver = createReceiver({ sink, applicationId, logger: false });
  const response = await receiver.handle(await binaryRequest({ token: await signToken(makeClaims()) }));
  expect(JSON.parse(response.body)).toMatchObject({ code: 'signing-key-unknown' });
});
