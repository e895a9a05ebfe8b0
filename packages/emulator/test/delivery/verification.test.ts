import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import type { ServiceBehaviour } from '../../src/model/service-behaviour.js';
import { requestVerification } from '../../src/subscriptions/request-verification.js';
import { applicationId, clientsCreate, companyId, startEngine } from '../support/start-engine.js';
import { type ReceivedRequest, type SinkAnswering, startSink } from '../support/start-sink.js';

const minute = 60_000;
const challengeName = 'x-fic-verification-challenge';

function challengeOf({ headers, url }: ReceivedRequest): string {
  return String(headers[challengeName] ?? new URLSearchParams(url.split('?')[1]).get(challengeName));
}

/** Answers a verification as it should be, and any notification with success. */
const echo: SinkAnswering = (request, response) => {
  if (request.method === 'POST') return 204;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ verification: challengeOf(request) }));
  return undefined;
};

test.each(['header', 'query'] as const)('the challenge goes by %s', async (method) => {
  const { url, received } = await startSink(echo, '/webhooks/fic?a=1');
  const { engine, subscribe, subscription, verify, delivery, attempts } = startEngine();
  const made = subscribe(url, { verified: false, verificationAttempts: 0 });
  const { id, eventId } = verify(made, method);
  await engine.settled();
  const [request] = received;
  expect(request?.method).toBe('GET');
  expect(request?.body).toBe('');
  expect(request && challengeOf(request)).toBe(eventId);
  expect(eventId).toMatch(/^[0-9a-f]{64}$/);
  expect(request?.headers[challengeName] === undefined).toBe(method === 'query');
  expect(request?.url).toBe(
    method === 'query' ? `/webhooks/fic?a=1&${challengeName}=${eventId}` : '/webhooks/fic?a=1',
  );
  expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith('ce-'))).toEqual([]);
  const claims = decodeJwt(request?.headers.authorization?.slice(7) ?? '');
  expect(claims).toMatchObject({ iss: 'https://api-v2.fattureincloud.it', aud: [url] });
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss']);
  expect(delivery(id)).toMatchObject({
    state: 'delivered',
    kind: 'verification',
    reason: 'The challenge was echoed.',
  });
  expect(attempts(id)).toHaveLength(1);
  expect(subscription(made.id)).toMatchObject({ verified: true, verificationAttempts: 1 });
});

test.each([
  ['?x=a%20b&t=~*', '?x=a%20b&t=~*&'],
  ['?', '?'],
  ['?a=1&', '?a=1&'],
  ['', '?'],
  ['?a#part', '?a&'],
])('by query the challenge is added to %j, which stays as it is', async (query, begin) => {
  const { url, received } = await startSink(echo, `/webhooks/fic${query}`);
  const { engine, subscribe, subscription, verify } = startEngine();
  const made = subscribe(url, { verified: false });
  const { eventId } = verify(made, 'query');
  await engine.settled();
  expect(received.map((request) => request.url)).toEqual([
    `/webhooks/fic${begin}${challengeName}=${eventId}`,
  ]);
  expect(subscription(made.id)?.verified).toBe(true);
});

test('the token of a verification says aid only if the option wants it', async () => {
  const { url, received } = await startSink(echo);
  const { engine, subscribe, verify } = startEngine({ behaviour: { challengeApplication: 'present' } });
  verify(subscribe(url, { verified: false }));
  await engine.settled();
  expect(decodeJwt(received[0]?.headers.authorization?.slice(7) ?? '')).toMatchObject({ aid: applicationId });
});

const wrongAnswers: { name: string; status?: number; body: (challenge: string) => string; why: string }[] = [
  {
    name: '201',
    status: 201,
    body: (c) => JSON.stringify({ verification: c }),
    why: 'must be 200, and it is 201',
  },
  { name: '204', status: 204, body: () => '', why: 'must be 200, and it is 204' },
  { name: '302', status: 302, body: () => '', why: 'must be 200, and it is 302' },
  { name: '503', status: 503, body: () => '', why: 'must be 200, and it is 503' },
  { name: 'the bare text', body: (c) => c, why: 'not JSON' },
  { name: 'nothing', body: () => '', why: 'not JSON' },
  { name: 'null', body: () => 'null', why: 'not JSON such as' },
  { name: 'a list', body: (c) => JSON.stringify([c]), why: 'not JSON such as' },
  { name: 'a number', body: () => '{"verification":1}', why: 'not JSON such as' },
  { name: 'another text', body: () => '{"verification":"x"}', why: 'another text' },
  {
    name: 'another case',
    body: (c) => JSON.stringify({ verification: c.toUpperCase() }),
    why: 'another text',
  },
  { name: 'spaces around', body: (c) => JSON.stringify({ verification: ` ${c} ` }), why: 'another text' },
];

test.each(wrongAnswers)('$name does not verify', async ({ status = 200, body, why }) => {
  const { url } = await startSink((request, response) => {
    response.writeHead(status).end(status === 204 ? undefined : body(challengeOf(request)));
    return undefined;
  });
  const { engine, subscribe, subscription, verify, delivery } = startEngine();
  const made = subscribe(url, { verified: false, verificationAttempts: 0 });
  const { id } = verify(made);
  await engine.settled();
  expect(delivery(id)).toMatchObject({ state: 'dropped', dueAt: null, attempts: 1 });
  expect(delivery(id).reason).toContain(why);
  expect(subscription(made.id)).toMatchObject({ verified: false, verificationAttempts: 1, expiresAt: null });
});

test('a subscription that is not verified gets nothing', async () => {
  const { url, received } = await startSink();
  const { subscribe, emit, engine } = startEngine();
  subscribe(url, { verified: false });
  expect(() => emit()).toThrow('It is not verified.');
  await engine.settled();
  expect(received).toEqual([]);
});

test('on request: a failed verification is not repeated by itself', async () => {
  const { url, received } = await startSink(500);
  const { engine, subscribe, verify } = startEngine();
  verify(subscribe(url, { verified: false, verificationAttempts: 0 }));
  await engine.advance(24 * 60 * minute);
  expect(received).toHaveLength(1);
});

test.each(['kept', 'deleted'] as const)(
  'automatic: five requests, one every ten minutes, and the lost subscription is %s',
  async (lostSubscription) => {
    const { url, received } = await startSink(500);
    const { engine, service, subscribe, subscription, verify, deliveries } = startEngine({
      behaviour: { verificationRetries: 'automatic', lostSubscription },
    });
    const start = service.clock.now();
    const made = subscribe(url, { verified: false, verificationAttempts: 0 });
    verify(made, 'query');
    await engine.settled();
    // The next one waits, and counts once it is sent.
    const [, scheduled] = deliveries();
    expect(scheduled).toMatchObject({ kind: 'verification', dueAt: start + 10 * minute });
    expect(subscription(made.id)).toMatchObject({ verificationAttempts: 1, lastVerificationAt: start });
    await engine.advance(10 * minute - 1);
    expect(subscription(made.id)).toMatchObject({ verificationAttempts: 1, lastVerificationAt: start });
    await engine.advance(1);
    const next = { verificationAttempts: 2, lastVerificationAt: start + 10 * minute };
    expect(subscription(made.id)).toMatchObject(next);
    await engine.advance(24 * 60 * minute);
    expect(received).toHaveLength(5);
    expect(received.every(({ url: path }) => path.includes(challengeName))).toBe(true);
    expect(new Set(received.map(challengeOf)).size).toBe(5);
    expect(
      deliveries().map(({ id, kind }) => [kind, (service.state.attempts.list(id)[0]?.at ?? 0) - start]),
    ).toEqual([0, 10, 20, 30, 40].map((minutes) => ['verification', minutes * minute]));
    expect(subscription(made.id)).toEqual(
      lostSubscription === 'deleted'
        ? undefined
        : expect.objectContaining({ verified: false, verificationAttempts: 5 }),
    );
  },
);

test('automatic: a verification that is asked for just when one is due is not sent beside it', async () => {
  const { url, received } = await startSink(500);
  const { engine, service, subscribe, subscription, verify } = startEngine({
    behaviour: { verificationRetries: 'automatic' },
  });
  const made = subscribe(url, { verified: false, verificationAttempts: 0 });
  verify(made);
  await engine.settled();
  const application = { id: applicationId, accessToken: '', scopes: null, companies: null, disabled: false };
  const ask = () => requestVerification(service, { application, companyId }, { id: made.id });
  expect(ask()).toBe(false);
  service.clock.moveTo(service.clock.now() + 10 * minute);
  expect(ask()).toBe(false);
  service.wake(url);
  await engine.settled();
  expect(received).toHaveLength(2);
  expect(subscription(made.id)?.verificationAttempts).toBe(2);
});

test('automatic: a sink that comes to its senses is verified', async () => {
  const { url, received } = await startSink((request, response, count) =>
    count < 3 ? 500 : echo(request, response, count),
  );
  const { engine, subscribe, subscription, verify } = startEngine({
    behaviour: { verificationRetries: 'automatic' },
  });
  const made = subscribe(url, { verified: false, verificationAttempts: 0 });
  verify(made);
  await engine.advance(60 * minute);
  expect(subscription(made.id)).toMatchObject({ verified: true, verificationAttempts: 3 });
  expect(received.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
});

test('a late failure does not harm a subscription that is verified by then', async () => {
  const { url } = await startSink(500);
  const { engine, subscribe, subscription, verify } = startEngine({
    behaviour: { lostSubscription: 'deleted', verificationRetries: 'automatic' },
  });
  const made = subscribe(url, { verified: true, verificationAttempts: 4 });
  verify(made);
  await engine.advance(60 * minute);
  expect(subscription(made.id)).toMatchObject({ verified: true, verificationAttempts: 5 });
});

const bodies: { welcomeBody: ServiceBehaviour['welcomeBody']; binary: string; structured: object }[] = [
  { welcomeBody: 'empty', binary: '', structured: {} },
  { welcomeBody: 'null', binary: '{"data":null}', structured: { data: null } },
  { welcomeBody: 'ids', binary: '{"data":{"ids":[]}}', structured: { data: { ids: [] } } },
];

test.each(bodies)('the welcome event, body $welcomeBody', async ({ welcomeBody, binary, structured }) => {
  const { url, received } = await startSink(echo);
  const { engine, subscribe, verify } = startEngine({ behaviour: { welcomeBody, welcomeDelay: 0 } });
  verify(subscribe(url, { verified: false }));
  await engine.settled();
  verify(subscribe(url, { verified: false, mapping: 'structured' }));
  await engine.settled();
  const type = 'it.fattureincloud.webhooks.subscriptions.welcome';
  const [inBinary, inStructured] = received.filter(({ method }) => method === 'POST');
  expect(inBinary?.headers['ce-type']).toBe(type);
  expect(inBinary?.headers['content-length']).toBe(String(binary.length));
  expect(inBinary?.body).toBe(binary);
  const { id, source, specversion, subject, time, datacontenttype, ...rest } = JSON.parse(
    inStructured?.body ?? '',
  );
  expect(rest).toEqual({ type, ...structured });
});

test.each([
  { welcomeDelay: 0, order: ['welcome', 'create'] },
  { welcomeDelay: 2_000, order: ['create', 'welcome'] },
])('with a delay of $welcomeDelay ms the order is $order', async ({ welcomeDelay, order }) => {
  const { url, received } = await startSink(echo);
  const { engine, subscribe, verify, emit } = startEngine({
    behaviour: { welcomeDelay, deliveriesAtOnce: 1 },
  });
  verify(subscribe(url, { verified: false, types: [clientsCreate] }));
  await engine.settled();
  await engine.advance(1);
  emit();
  await engine.advance(60_000);
  const types = received.filter(({ method }) => method === 'POST').map(({ headers }) => headers['ce-type']);
  expect(types.map((type) => String(type).split('.').at(-1))).toEqual(order);
});
