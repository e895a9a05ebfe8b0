import { createPublicKey } from 'node:crypto';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { formatEventTime } from '../../src/delivery/format-event-time.js';
import type { Mapping } from '../../src/model/subscription.js';
import { applicationId, clientsCreate, companyId, startEngine } from '../support/start-engine.js';
import { startReceiver } from '../support/start-receiver.js';
import { type ReceivedRequest, startSink } from '../support/start-sink.js';

const issuer = 'https://api-v2.fattureincloud.it';
const hour = 3_600_000;

function tokenOf(request: ReceivedRequest | undefined): string {
  return request?.headers.authorization?.replace(/^Bearer /, '') ?? '';
}

test('binary mode, as Fatture in Cloud sends it', async () => {
  const { url, received } = await startSink(204, '/webhooks/fic/?a=b%20c');
  const { engine, subscribe, emit } = startEngine();
  const { id } = subscribe(url);
  const { eventId, time } = emit({ ids: [1, 2] });
  await engine.settled();
  const [request] = received;
  expect(request).toMatchObject({
    method: 'POST',
    url: '/webhooks/fic/?a=b%20c',
    body: '{"data":{"ids":[1,2]}}',
    headers: {
      host: new URL(url).host,
      connection: 'close',
      'user-agent': 'FattureInCloud/API-WEBHOOK',
      'content-type': 'application/json',
      'content-length': '22',
      'ce-specversion': '1.0',
      'ce-id': eventId,
      'ce-type': clientsCreate,
      'ce-source': issuer,
      'ce-subject': `company:${companyId}`,
      'ce-time': time,
    },
  });
  expect(eventId).toMatch(new RegExp(`^${id.slice(3)}:[0-9a-f-]{36}$`));
  expect(request?.headers['transfer-encoding']).toBeUndefined();
});

test.each(['application/json', 'application/cloudevents+json'] as const)(
  'structured mode as %s',
  async (type) => {
    const { url, received } = await startSink();
    const { engine, subscribe, emit } = startEngine({ behaviour: { structuredContentType: type } });
    subscribe(url, { mapping: 'structured' });
    const { eventId, time } = emit({ ids: ['a'] });
    await engine.settled();
    expect(received[0]?.headers['content-type']).toBe(type);
    expect(Object.keys(received[0]?.headers ?? {}).filter((name) => name.startsWith('ce-'))).toEqual([]);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      id: eventId,
      source: issuer,
      specversion: '1.0',
      type: clientsCreate,
      subject: `company:${companyId}`,
      time,
      datacontenttype: 'application/json',
      data: { ids: ['a'] },
    });
  },
);

test('an event may have another mode than its subscription', async () => {
  const { url, received } = await startSink();
  const { engine, subscribe, emit } = startEngine();
  subscribe(url);
  const { mapping } = emit({ mode: 'structured' });
  await engine.settled();
  expect(mapping).toBe('structured');
  expect(JSON.parse(received[0]?.body ?? '')).toHaveProperty('specversion');
});

test('the record of a request is what the sink got, to the letter', async () => {
  const { url, received } = await startSink();
  const { engine, subscribe, emit, verify, attempts } = startEngine();
  const subscription = subscribe(url);
  const sent = [emit(), verify(subscription), verify(subscription, 'query')];
  await engine.settled();
  const recorded = sent.map(({ id }) => attempts(id)[0]?.request);
  for (const request of recorded) {
    const got = received.find(({ rawHeaders }) =>
      rawHeaders.includes(String(request?.headers.find(isToken)?.[1])),
    );
    expect(got?.rawHeaders).toEqual(request?.headers.flat());
    expect(got?.body).toBe(request?.body);
    expect(got?.method).toBe(request?.method);
    expect(new URL(got?.url ?? '', url).href).toBe(request?.url);
  }
  expect(new Set(recorded.map((request) => request?.method))).toEqual(new Set(['GET', 'POST']));
});

function isToken([name]: readonly [string, string]): boolean {
  return name === 'Authorization';
}

test('the token is one that jose verifies, with every claim documented', async () => {
  const { url, received } = await startSink(204, '/webhooks/fic/?x=1');
  const { engine, service, subscribe, emit } = startEngine();
  subscribe(url);
  const { eventId } = emit();
  await engine.settled();
  const before = Math.floor(Date.now() / 1000);
  const { payload, protectedHeader } = await jwtVerify(
    tokenOf(received[0]),
    createPublicKey(service.keys.publicKey),
    { issuer, audience: url, algorithms: ['ES256'] },
  );
  expect(protectedHeader.alg).toBe('ES256');
  expect(payload).toEqual({
    iss: issuer,
    aud: [url],
    sub: `company:${companyId}`,
    jti: eventId,
    aid: applicationId,
    iat: payload.iat,
    exp: (payload.iat ?? 0) + 3 * 3600,
  });
  expect(Math.abs((payload.iat ?? 0) - before)).toBeLessThan(10);
});

test('a reused token expires while the retries go on', async () => {
  const { url, received } = await startSink(503);
  const { engine, service, subscribe, emit } = startEngine({
    behaviour: { retryIntervals: [1, hour, 4 * hour], retryToken: 'reused' },
  });
  subscribe(url);
  emit();
  await engine.advance(6 * hour);
  expect(received).toHaveLength(4);
  expect(new Set(received.map(tokenOf)).size).toBe(1);
  // Five hours have passed for the queue; a receiver whose clock has gone along sees an expired token.
  const verifyAt = (currentDate: Date) =>
    jwtVerify(tokenOf(received[3]), createPublicKey(service.keys.publicKey), { currentDate });
  await expect(verifyAt(new Date())).resolves.toBeDefined();
  await expect(verifyAt(new Date(Date.now() + 5 * hour))).rejects.toBeInstanceOf(errors.JWTExpired);
});

test('a fresh token is signed anew for each attempt, about the same event', async () => {
  const { url, received } = await startSink(503);
  const { engine, subscribe, emit } = startEngine({
    // Times are whole seconds: tokens of the same second differ in their signatures only.
    behaviour: { retryToken: 'fresh' },
  });
  subscribe(url);
  emit();
  await engine.advance(3 * hour);
  expect(new Set(received.map(tokenOf)).size).toBe(4);
  expect(new Set(received.map((request) => decodeJwt(tokenOf(request)).jti)).size).toBe(1);
});

test.each<{ mapping: Mapping; query: string }>([
  { mapping: 'binary', query: '' },
  { mapping: 'structured', query: '?tenant=a%20b' },
])('a real receiver takes everything, in $mapping mode', async ({ mapping, query }) => {
  const { service, engine, subscribe, subscription, verify, emit, deliveries } = startEngine({
    behaviour: { welcomeDelay: 0, structuredContentType: 'application/cloudevents+json' },
  });
  const { url, handled, receiver } = await startReceiver(service.keys.publicKey, query);
  const made = subscribe(url, {
    verified: false,
    mapping,
    types: [clientsCreate, 'it.fattureincloud.webhooks.cashbook.create'],
  });
  verify(made);
  await engine.settled();
  expect(subscription(made.id)?.verified).toBe(true);
  const first = emit({ ids: [7, 8] });
  const second = emit({ type: 'cashbook.create' });
  await engine.settled();
  expect(handled.map(({ id }) => id).sort()).toEqual([first.eventId, second.eventId].sort());
  expect(handled.find(({ id }) => id === first.eventId)).toMatchObject({
    ids: [7, 8],
    companyId,
    mode: mapping,
  });
  expect(deliveries().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'verification delivered',
    'welcome delivered',
    'event delivered',
    'event delivered',
  ]);
  await receiver.close();
});

test.each([
  // The clocks change at 01:00 UTC on the last Sunday of March and of October.
  ['2026-01-15T11:00:00.999Z', '2026-01-15T12:00:00+01:00'],
  ['2026-07-15T22:30:00.000Z', '2026-07-16T00:30:00+02:00'],
  ['2026-03-29T00:59:59.000Z', '2026-03-29T01:59:59+01:00'],
  ['2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00+02:00'],
  ['2026-10-25T00:59:59.000Z', '2026-10-25T02:59:59+02:00'],
  ['2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00+01:00'],
])('%s is %s in Italy', (instant, rome) => {
  expect(formatEventTime(Date.parse(instant), 'rome')).toBe(rome);
  expect(formatEventTime(Date.parse(instant), 'utc')).toBe(`${instant.slice(0, 19)}Z`);
  expect(Date.parse(rome)).toBe(Math.floor(Date.parse(instant) / 1000) * 1000);
});

test('the offset of the time attribute is an option', async () => {
  const { url, received } = await startSink();
  for (const timeOffset of ['rome', 'utc'] as const) {
    const { engine, subscribe, emit } = startEngine({ behaviour: { timeOffset } });
    subscribe(url);
    emit();
    await engine.settled();
  }
  expect(received[0]?.headers['ce-time']).toMatch(/T\d\d:\d\d:\d\d\+0[12]:00$/);
  expect(received[1]?.headers['ce-time']).toMatch(/T\d\d:\d\d:\d\dZ$/);
});
