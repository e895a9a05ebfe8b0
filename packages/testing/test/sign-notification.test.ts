import { FicWebhooksError } from '@fic-webhooks/core';
import { importSPKI, type JWTVerifyOptions, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import {
  challengeRequest,
  createTestKeyPair,
  type SignNotificationOptions,
  signNotification,
} from '../src/index.js';

const sink = 'https://example.com/webhooks/fic?a=b';
const { privateKey, publicKey } = createTestKeyPair();
const issuer = 'https://api-v2.fattureincloud.it';

/** Verifies with a JOSE implementation that has nothing to do with this project. */
async function verify(
  headers: Readonly<Record<string, string>>,
  options: JWTVerifyOptions = {},
  key = publicKey,
) {
  const [scheme, token = ''] = (headers['Authorization'] ?? '').split(' ');
  expect(scheme).toBe('Bearer');
  return jwtVerify(token, await importSPKI(key, 'ES256'), { algorithms: ['ES256'], ...options });
}

function sign(options: Partial<SignNotificationOptions> = {}) {
  return signNotification(
    { name: 'entities.clients.create', ids: [3062300], id: '198:abc', time: '2023-04-04T12:54:21+02:00' },
    { privateKey, sink, ...options },
  );
}

test('the token is a genuine ES256 token with the claims of the service', async () => {
  const issuedAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 987);
  const { payload, protectedHeader } = await verify(sign({ issuedAt }).headers, { issuer, audience: sink });
  const iat = Math.floor(issuedAt.getTime() / 1000);
  expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT' });
  expect(payload).toEqual({
    iss: issuer,
    aud: [sink],
    sub: 'company:108061',
    jti: '198:abc',
    iat,
    exp: iat + 3 * 60 * 60,
    aid: 1234,
  });
});

test('a binary notification looks like one of the service', () => {
  const { headers, body } = sign();
  const { Authorization, ...rest } = headers;
  expect(Authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]{86}$/);
  expect(rest).toEqual({
    'User-Agent': 'FattureInCloud/API-WEBHOOK',
    'Content-Type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': '198:abc',
    'ce-type': 'it.fattureincloud.webhooks.entities.clients.create',
    'ce-source': issuer,
    'ce-subject': 'company:108061',
    'ce-time': '2023-04-04T12:54:21+02:00',
  });
  expect(body).toBe('{"data":{"ids":[3062300]}}');
});

test('a structured notification looks like one of the service', () => {
  const { headers, body } = sign({ mode: 'structured' });
  expect(Object.keys(headers)).toEqual(['User-Agent', 'Authorization', 'Content-Type']);
  expect(headers['Content-Type']).toBe('application/cloudevents+json');
  expect(body).toBe(
    '{"id":"198:abc","source":"https://api-v2.fattureincloud.it","specversion":"1.0",' +
      '"type":"it.fattureincloud.webhooks.entities.clients.create","subject":"company:108061",' +
      '"time":"2023-04-04T12:54:21+02:00","datacontenttype":"application/json","data":{"ids":[3062300]}}',
  );
  expect(sign({ mode: 'structured', contentType: 'application/json' }).headers['Content-Type']).toBe(
    'application/json',
  );
});

test('everything about an event has a default', () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { headers, body } = signNotification({}, { privateKey, sink });
  expect(headers['ce-id']).toMatch(/^198:[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(headers['ce-subject']).toBe('company:108061');
  expect(headers['ce-type']).toBe('it.fattureincloud.webhooks.entities.clients.create');
  expect(headers['ce-time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+02:00$/);
  expect(Date.parse(headers['ce-time'] ?? '')).toBeGreaterThanOrEqual(before);
  expect(Date.parse(headers['ce-time'] ?? '')).toBeLessThanOrEqual(Date.now());
  expect(JSON.parse(body)).toEqual({ data: { ids: [3062300] } });
  expect(signNotification({}, { privateKey, sink }).headers['ce-id']).not.toBe(headers['ce-id']);
  const cashbook = signNotification({ name: 'cashbook.create' }, { privateKey, sink });
  expect(JSON.parse(cashbook.body)).toEqual({ data: { ids: ['3062300'] } });
});

test('the fields of an event are used', async () => {
  const event = {
    type: 'com.example.thing',
    subject: 'user:5',
    ids: ['a'],
    id: 'x',
    time: new Date('2026-01-02T03:04:05.678Z'),
  };
  const { headers, body } = signNotification(event, { privateKey, sink, applicationId: 77 });
  expect(headers).toMatchObject({
    'ce-type': 'com.example.thing',
    'ce-subject': 'user:5',
    'ce-id': 'x',
    'ce-time': '2026-01-02T05:04:05+02:00',
  });
  expect(body).toBe('{"data":{"ids":["a"]}}');
  expect((await verify(headers)).payload).toMatchObject({ sub: 'user:5', jti: 'x', aid: 77 });
  expect(signNotification({ companyId: 5 }, { privateKey, sink }).headers['ce-subject']).toBe('company:5');
});

test('the welcome event has an empty body', () => {
  const name = 'subscriptions.welcome';
  expect(signNotification({ name }, { privateKey, sink }).body).toBe('');
  expect(signNotification({ name }, { privateKey, sink, data: null }).body).toBe('{"data":null}');
  const structured = JSON.parse(signNotification({ name }, { privateKey, sink, mode: 'structured' }).body);
  expect(structured).toMatchObject({ type: 'it.fattureincloud.webhooks.subscriptions.welcome' });
  expect(structured).not.toHaveProperty('data');
});

test('values of ce- headers are percent-encoded, the token has them raw', async () => {
  const id = 'a b"c%d\u00e8\u20ac\u{1f600}!~';
  const { headers } = signNotification({ id }, { privateKey, sink });
  expect(headers['ce-id']).toBe('a%20b%22c%25d%C3%A8%E2%82%AC%F0%9F%98%80!~');
  expect((await verify(headers)).payload.jti).toBe(id);
});

test('claims are replaced, added and left out', async () => {
  const { headers } = sign({ claims: { aid: undefined, aud: 'other', scope: 'all' } });
  const { payload } = await verify(headers);
  expect(payload).not.toHaveProperty('aid');
  expect(payload).toMatchObject({ aud: 'other', scope: 'all', jti: '198:abc' });
});

test('members of the token header are replaced, added and left out', async () => {
  const { headers } = sign({ tokenHeader: { typ: undefined, kid: 'k' } });
  expect((await verify(headers)).protectedHeader).toEqual({ alg: 'ES256', kid: 'k' });
  await expect(verify(sign({ tokenHeader: { alg: 'HS256' } }).headers)).rejects.toThrow(/alg/);
});

test('signWith signs with the other key', async () => {
  const other = createTestKeyPair();
  const { headers } = sign({ signWith: other.privateKey });
  await expect(verify(headers)).rejects.toThrow(/signature/);
  await verify(headers, {}, other.publicKey);
});

test('issuedAt and expiresIn set the times', async () => {
  const issuedAt = new Date('2026-01-02T03:04:05Z');
  const { headers } = sign({ issuedAt, expiresIn: -90_000 });
  await expect(verify(headers)).rejects.toThrow(/exp/);
  const { payload } = await verify(headers, { currentDate: new Date('2026-01-02T03:00:00Z') });
  expect(payload).toMatchObject({ iat: 1767323045, exp: 1767323045 - 90 });
});

test('token changes the finished token', () => {
  expect(sign({ token: 'x' }).headers['Authorization']).toBe('Bearer x');
  expect(sign({ token: (token) => `${token}==` }).headers['Authorization']).toMatch(/[\w-]==$/);
});

test('headers are replaced in any case, added and left out', () => {
  const { headers } = sign({
    headers: { AUTHORIZATION: undefined, 'content-type': 'text/plain', 'X-More': '1' },
  });
  expect(headers).not.toHaveProperty('Authorization');
  expect(headers).not.toHaveProperty('Content-Type');
  expect(headers).toMatchObject({ 'content-type': 'text/plain', 'X-More': '1', 'ce-id': '198:abc' });
});

test('attributes change the message and not the token', async () => {
  const attributes = { subject: 'company:5', time: undefined, ext: 'a b' };
  const binary = sign({ attributes });
  expect(binary.headers).toMatchObject({ 'ce-subject': 'company:5', 'ce-ext': 'a%20b' });
  expect(binary.headers).not.toHaveProperty('ce-time');
  expect((await verify(binary.headers)).payload.sub).toBe('company:108061');
  const structured = JSON.parse(sign({ mode: 'structured', attributes }).body);
  expect(structured).toMatchObject({ subject: 'company:5', ext: 'a b' });
  expect(structured).not.toHaveProperty('time');
});

test('data and body replace what is sent', () => {
  expect(sign({ data: [1] }).body).toBe('{"data":[1]}');
  expect(sign({ data: undefined }).body).toBe('{}');
  expect(JSON.parse(sign({ data: { ids: [] }, mode: 'structured' }).body)).toMatchObject({
    data: { ids: [] },
  });
  expect(sign({ body: '{"ids":[1]}' }).body).toBe('{"ids":[1]}');
});

test('a challenge request carries its challenge in one place', async () => {
  const inHeader = challengeRequest({ privateKey, sink });
  expect(inHeader.challenge).toMatch(/^[\da-f]{64}$/);
  expect(inHeader).toMatchObject({ method: 'GET', query: {} });
  expect(inHeader.headers['x-fic-verification-challenge']).toBe(inHeader.challenge);
  const inQuery = challengeRequest({
    privateKey,
    sink,
    method: 'query',
    challenge: 'abc',
    claims: { jti: 'x' },
  });
  expect(inQuery.query).toEqual({ 'x-fic-verification-challenge': 'abc' });
  expect(Object.keys(inQuery.headers)).toEqual(['User-Agent', 'Authorization']);
  const { payload } = await verify(inHeader.headers, { issuer, audience: sink });
  expect(payload).toMatchObject({ aid: 1234, aud: [sink] });
  expect(payload).not.toHaveProperty('sub');
  expect(payload).not.toHaveProperty('jti');
  expect((await verify(inQuery.headers)).payload.jti).toBe('x');
});

test('every key pair is another, and the private half signs only as itself', async () => {
  const pairs = [createTestKeyPair(), createTestKeyPair()];
  expect(pairs[0]?.privateKey).not.toBe(pairs[1]?.privateKey);
  expect(pairs[0]?.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(pairs[0]?.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
});

test.each([
  ['a public key', { privateKey: publicKey }, 'privateKey'],
  ['no PEM', { privateKey: 'abc' }, 'privateKey'],
  ['no PEM to sign with', { signWith: 'abc' }, 'signWith'],
])('%s is refused with a coded error', (_what, options, option) => {
  expect(() => sign(options)).toThrow(expect.objectContaining({ code: 'option-invalid', option }));
  expect(() => sign(options)).toThrow(FicWebhooksError);
});

test('an event that says one thing twice is refused', () => {
  const options = { privateKey, sink };
  expect(() => signNotification({ name: 'cashbook.create', type: 'x' }, options)).toThrow(/name and type/);
  expect(() => signNotification({ companyId: 1, subject: 'company:2' }, options)).toThrow(
    /companyId and subject/,
  );
});
