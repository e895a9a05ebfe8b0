import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  DeliveryPageView,
  DeliveryView,
  HealthView,
  StateView,
  SubscriptionView,
  VerifyView,
} from '../../src/control/views.js';
import { type EmitResult, type Emulator, startEmulator, worstBehaviour } from '../../src/index.js';
import { call, errorOf, post } from './call.js';
import { startSink, type TestSink } from './start-sink.js';

const type = 'entities.clients.create';
const long = 'x'.repeat(1_000_000);
const companyId = 108061;

let fic: Emulator;
let sink: TestSink;

beforeEach(async () => {
  sink = await startSink();
  fic = await startEmulator({ clock: 'manual', behaviour: { welcomeDelay: 0, answerTimeout: 2_000 } });
});

afterEach(async () => {
  await fic.close();
  await sink.close();
});

const get = (path: string) => call(fic.url, { path: `/_emulator/${path}` });
const send = (path: string, body?: unknown, method?: string) =>
  post(fic.url, `/_emulator/${path}`, body, method);

/** A sink that is verified and has its welcome event. */
async function subscribe(): Promise<string> {
  const { id } = await fic.subscribe({ sink: sink.url, types: [type] });
  await fic.settled();
  return id;
}

describe('public-key', () => {
  it('is the PEM that a receiver needs', async () => {
    const { status, headers, text } = await get('public-key');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toBe(fic.publicKey);
    expect(createPublicKey(text).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });
});

describe('events', () => {
  it('sends an event and says who does not get it', async () => {
    const id = await subscribe();
    const { id: other } = await fic.subscribe({ sink: sink.url, types: ['entities.clients.delete'] });
    const { status, json } = await send('events', { companyId, type, ids: [7, 8], mode: 'structured' });
    expect(status).toBe(202);
    const { deliveries, notSent } = json as EmitResult;
    expect(deliveries).toMatchObject([
      { subscriptionId: id, ids: [7, 8], mapping: 'structured', kind: 'event' },
    ]);
    expect(notSent).toMatchObject([{ subscriptionId: other }]);
    await fic.settled();
    expect(fic.delivery(deliveries[0]?.id ?? 0)?.state).toBe('delivered');
  });

  it.each([
    [undefined, 'event'],
    [[], 'event'],
    ['text', 'event'],
    [{ type }, 'companyId'],
    [{ companyId: '1', type }, 'companyId'],
    [{ companyId, type: 'entities.clients.creat' }, 'type'],
    [{ companyId, type, ids: [{}] }, 'ids.0'],
    [{ companyId, type, mode: 'xml' }, 'mode'],
    [{ companyId, type, faults: ['fire'] }, 'faults.0'],
    [{ companyId, type, idz: [1] }, 'idz'],
  ])('refuses %j, naming %s', async (body, field) => {
    const answer = await send('events', body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'event-invalid', field });
    expect(errorOf(answer).message).toContain(field);
  });

  it('suggests the type that was meant', async () => {
    const answer = await send('events', { companyId, type: 'entities.clients.creat' });
    expect(errorOf(answer).message).toContain('entities.clients.create');
  });
});

describe('deliveries', () => {
  it('come newest first, in pages, with their number', async () => {
    await subscribe();
    for (let index = 1; index <= 5; index++) fic.emit({ companyId, type, ids: [index] });
    await fic.settled();
    const all = (await get('deliveries')).json as DeliveryPageView;
    expect(all.total).toBe(7);
    expect(all.deliveries.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(all.deliveries[0]).toMatchObject({ ids: [5], state: 'delivered', lastStatus: 204 });
    const page = (await get('deliveries?before=6&limit=2')).json as DeliveryPageView;
    expect(page).toMatchObject({ total: 7, deliveries: [{ id: 5 }, { id: 4 }] });
  });

  it('have at most 50 of their ids in a list, and all of them alone', async () => {
    await subscribe();
    const ids = Array.from({ length: 10_000 }, (_, index) => index);
    const [sent] = fic.emit({ companyId, type, ids }).deliveries;
    await fic.settled();
    const { deliveries } = (await get('deliveries')).json as DeliveryPageView;
    expect(deliveries[0]).toMatchObject({ id: sent?.id, ids: ids.slice(0, 50), idCount: 10_000 });
    expect(deliveries.at(-1)).toMatchObject({ ids: [], idCount: 0 });
    expect(((await get(`deliveries/${sent?.id}`)).json as DeliveryView).ids).toEqual(ids);
  });

  it('are 100 unless told otherwise', async () => {
    await subscribe();
    for (let index = 0; index < 120; index++) fic.emit({ companyId, type });
    expect(((await get('deliveries')).json as DeliveryPageView).deliveries).toHaveLength(100);
    expect(((await get('deliveries?limit=1000')).json as DeliveryPageView).deliveries).toHaveLength(122);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['before=1.5', 'before'],
    ['before=', 'before'],
    ['after=1', 'after'],
  ])('refuse %s, naming %s', async (query, field) => {
    const answer = await get(`deliveries?${query}`);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'input-invalid', field });
    expect(errorOf(answer).message).toMatch(new RegExp(`^${field}: `));
  });

  it('one comes with its attempts and their tokens', async () => {
    await subscribe();
    sink.status = 500;
    const [sent] = fic.emit({ companyId, type, ids: [1] }).deliveries;
    await fic.settled();
    sink.status = 200;
    await fic.advance('1m');
    const { status, json } = await get(`deliveries/${sent?.id}`);
    expect(status).toBe(200);
    const { state, history } = json as DeliveryView;
    expect(state).toBe('delivered');
    expect(history.map(({ number, verdict, response }) => [number, verdict, response?.status])).toEqual([
      [1, 'retry', 500],
      [2, 'delivered', 200],
    ]);
    for (const { token } of history) {
      expect(token?.payload).toMatchObject({ jti: sent?.eventId, sub: `company:${companyId}` });
      expect(token?.checks).toHaveLength(9);
      expect(token?.checks.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  it.each(['999', 'abc', '-1', '1.5', '9'.repeat(16), '0x1', '%20'])('%s does not exist', async (id) => {
    for (const answer of [await get(`deliveries/${id}`), await send(`deliveries/${id}/replay`)]) {
      expect(answer.status).toBe(404);
      expect(errorOf(answer)).toMatchObject({ code: 'delivery-unknown', field: 'id' });
    }
  });

  it('are replayed under the same event id', async () => {
    await subscribe();
    const [sent] = fic.emit({ companyId, type }).deliveries;
    await fic.settled();
    const { status, json } = await send(`deliveries/${sent?.id}/replay`);
    expect(status).toBe(202);
    expect(json).toMatchObject({ repeats: sent?.id, eventId: sent?.eventId, state: 'pending', attempts: 0 });
    await fic.settled();
    expect(fic.deliveries()[0]).toMatchObject({ repeats: sent?.id, state: 'delivered' });
  });

  it('that are verifications cannot be replayed', async () => {
    await subscribe();
    const verification = fic.deliveries().find(({ kind }) => kind === 'verification');
    const answer = await send(`deliveries/${verification?.id}/replay`);
    expect(answer.status).toBe(409);
    expect(errorOf(answer)).toMatchObject({ code: 'delivery-not-replayable', field: 'id' });
  });
});

describe('clock/advance', () => {
  it.each([
    ['10d', 864_000_000],
    [1_500, 1_500],
    [0, 0],
  ])('moves the clock by %j', async (by, milliseconds) => {
    const before = fic.clock().now;
    const { status, json } = await send('clock/advance', { by });
    expect(status).toBe(200);
    expect(json).toEqual({ now: before + milliseconds, mode: 'manual' });
    expect(fic.clock().now).toBe(before + milliseconds);
  });

  it.each([
    [undefined, 'input-invalid'],
    [{}, 'input-invalid'],
    [{ by: null }, 'input-invalid'],
    [{ by: '1d', to: 2 }, 'input-invalid'],
    [{ by: 'soon' }, 'duration-invalid'],
    [{ by: -1 }, 'duration-invalid'],
    [{ by: '101y' }, 'duration-invalid'],
  ])('refuses %j', async (body, code) => {
    const before = fic.clock().now;
    const answer = await send('clock/advance', body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).code).toBe(code);
    expect(errorOf(answer).field).toBeDefined();
    expect(fic.clock().now).toBe(before);
  });
});

describe('state', () => {
  it('is all that the page shows at its start', async () => {
    await subscribe();
    const { status, json } = await get('state');
    expect(status).toBe(200);
    const state = json as StateView;
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(state.emulatorVersion).toBe(version);
    expect(state.clock).toEqual(fic.clock());
    expect(state.subscriptions).toMatchObject([
      { ...fic.subscriptions()[0], attemptsLeft: 0, nextVerificationAt: null },
    ]);
    expect(state.applications).toEqual(fic.applications());
    expect(state.faults).toEqual(fic.faults());
    expect(state.behaviour).toEqual({ ...worstBehaviour, welcomeDelay: 0, answerTimeout: 2_000 });
    expect(state.behaviourDefaults).toEqual(worstBehaviour);
    expect(state.types).toContainEqual({
      name: type,
      type: `it.fattureincloud.webhooks.${type}`,
      dead: false,
    });
    expect(state.types.filter(({ dead }) => dead).map(({ name }) => name)).toContain(
      'issued_documents.self_invoices.create',
    );
    expect(state.types.filter(({ name }) => name.includes('.all.') || name.includes('welcome'))).toEqual([]);
  });

  it('counts down the verifications of a sink that does not answer', async () => {
    await sink.close();
    await fic.subscribe({ sink: sink.url, types: [type], waitForVerification: false });
    await fic.settled();
    const { now } = fic.clock();
    const [first] = ((await get('state')).json as StateView).subscriptions;
    expect(first).toMatchObject({ verified: false, attemptsLeft: 4, nextVerificationAt: now + 600_000 });
  });
});

describe('faults', () => {
  it('change what is given, and keep the rest', async () => {
    const { status, json } = await send('faults', { probabilities: { duplicate: 0.5 }, delayBy: 10 });
    expect(status).toBe(200);
    expect(json).toEqual(fic.faults());
    expect(json).toMatchObject({ seed: 1, delayBy: 10, probabilities: { duplicate: 0.5, delay: 0 } });
  });

  it.each([
    [undefined, 'faults'],
    [{ probabilities: { duplicate: 2 } }, 'probabilities.duplicate'],
    [{ delayBy: 'long' }, 'delayBy'],
    [{ sede: 1 }, 'sede'],
  ])('refuse %j, naming %s', async (body, field) => {
    const answer = await send('faults', body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'faults-invalid', field });
  });
});

describe('subscriptions', () => {
  it('are made without waiting, and verified then', async () => {
    const answer = await send('subscriptions', {
      sink: sink.url,
      types: [type],
      companyId: 5,
      mapping: 'structured',
    });
    expect(answer.status).toBe(201);
    const made = answer.json as SubscriptionView;
    expect(made).toMatchObject({ companyId: 5, mapping: 'structured', verified: false, attemptsLeft: 4 });
    await fic.settled();
    expect(fic.subscriptions()).toMatchObject([{ id: made.id, verified: true }]);
  });

  it.each([
    [undefined, 'sink'],
    [{ sink: 'ftp://x', types: [type] }, 'sink'],
    [{ sink: 'http://example.com/', types: [type] }, 'sink'],
    [{ sink: 'https://example.com/', types: [] }, 'types'],
    [{ sink: 'https://example.com/', types: ['nothing'] }, 'types'],
    [{ sink: 'https://example.com/', types: [type], applicationId: 99 }, 'applicationId'],
  ])('are refused for %j, naming %s', async (body, field) => {
    const answer = await send('subscriptions', body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'subscription-refused', field });
    expect(fic.subscriptions()).toEqual([]);
  });

  it('are verified again on request, as often as the service does it', async () => {
    const port = new URL(sink.url).port;
    await sink.close();
    const { id } = await fic.subscribe({
      sink: `http://127.0.0.1:${port}/`,
      types: [type],
      waitForVerification: false,
    });
    await fic.settled();
    const early = await send(`subscriptions/${id}/verify`);
    expect(early.status).toBe(202);
    expect(early.json).toMatchObject({ sent: false, subscription: { attemptsLeft: 4 } });
    expect((early.json as VerifyView).why).toContain('10 minutes');
    for (let left = 3; left >= 0; left--) {
      await fic.advance('10m');
      const { json } = await send(`subscriptions/${id}/verify`, { method: 'query' });
      expect(json).toMatchObject({
        sent: true,
        subscription: { attemptsLeft: left, verificationMethod: 'query' },
      });
      await fic.settled();
    }
    await fic.advance('10m');
    const last = (await send(`subscriptions/${id}/verify`, {})).json as VerifyView;
    expect(last).toMatchObject({ sent: false, subscription: { nextVerificationAt: null } });
    expect(last.why).toContain('five');
  });

  it('that are verified need no verification', async () => {
    const id = await subscribe();
    const { json } = await send(`subscriptions/${id}/verify`);
    expect(json).toMatchObject({ sent: false, why: 'It is verified already.' });
  });

  it('refuse a method that does not exist', async () => {
    const id = await subscribe();
    const answer = await send(`subscriptions/${id}/verify`, { method: 'post' });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'input-invalid', field: 'method' });
  });

  it('are deleted', async () => {
    const id = await subscribe();
    expect((await send(`subscriptions/${id}`, undefined, 'DELETE')).status).toBe(204);
    expect(fic.subscriptions()).toEqual([]);
  });

  it.each(['SUB99', '1', 'SUB1;--', '%00'])('%s does not exist', async (id) => {
    for (const answer of [
      await send(`subscriptions/${id}`, undefined, 'DELETE'),
      await send(`subscriptions/${id}/verify`),
    ]) {
      expect(answer.status).toBe(404);
      expect(errorOf(answer)).toMatchObject({ code: 'subscription-unknown', field: 'id' });
    }
  });

  it('say when the service itself would refuse a verification', async () => {
    const strict = await startEmulator({ clock: 'manual', behaviour: { throttledVerification: 'refused' } });
    try {
      const { id } = await strict.subscribe({
        sink: 'http://127.0.0.1:1/',
        types: [type],
        waitForVerification: false,
      });
      await strict.settled();
      const answer = await post(strict.url, `/_emulator/subscriptions/${id}/verify`);
      expect(answer.status).toBe(429);
      expect(errorOf(answer)).toMatchObject({ code: 'verification-refused', field: 'id' });
    } finally {
      await strict.close();
    }
  });
});

describe('reset', () => {
  it('forgets, and keeps clock, key and applications', async () => {
    await subscribe();
    fic.setFaults({ seed: 9 });
    await fic.advance('1d');
    const [now, key] = [fic.clock().now, fic.publicKey];
    const answer = await send('reset');
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(fic.subscriptions()).toEqual([]);
    expect(fic.deliveries()).toEqual([]);
    expect(fic.faults().seed).toBe(1);
    expect([fic.clock().now, fic.publicKey]).toEqual([now, key]);
    expect(fic.applications()).toHaveLength(1);
  });
});

describe('health', () => {
  it('says that it runs, and what waits', async () => {
    await subscribe();
    fic.emit({ companyId, type, faults: ['delay'] });
    await fic.settled();
    const { status, json } = await get('health');
    expect(status).toBe(200);
    const health = json as HealthView;
    expect(health).toMatchObject({
      status: 'ok',
      deliveries: { pending: 1, sending: 0, delivered: 2, dropped: 0 },
    });
    expect(health.uptime).toBeGreaterThan(0);
    expect(health.version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('calls that cannot be', () => {
  it.each([
    ['GET', '/_emulator/stat', 'GET /_emulator/state'],
    ['POST', '/_emulator/clock/advanced', 'POST /_emulator/clock/advance'],
    ['POST', '/_emulator/delivery/12/replay', 'POST /_emulator/deliveries/:id/replay'],
  ])('%s %s is told of %s', async (method, path, nearest) => {
    const answer = await post(fic.url, path, undefined, method);
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toMatchObject({ code: 'route-unknown', field: 'path' });
    expect(errorOf(answer).message).toContain(`Did you mean ${nearest}?`);
  });

  it.each([
    ['GET', '/_emulator/events', 'POST'],
    ['PUT', '/_emulator/state', 'GET, HEAD'],
    ['PATCH', '/_emulator/subscriptions/SUB1?x=1', 'DELETE'],
    ['HEAD', '/_emulator/events-stream', 'GET'],
    ['DELETE', '/_emulator/assets/a/b.js', 'GET, HEAD'],
  ])('%s %s is allowed %s', async (method, path, allow) => {
    const answer = await post(fic.url, path, undefined, method);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    if (method !== 'HEAD')
      expect(errorOf(answer)).toMatchObject({ code: 'method-not-allowed', field: 'method' });
  });

  it.each(['{', '{"a":1,}', 'companyId=1', '\u0000'])('a body of %j is malformed', async (body) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await call(fic.url, { method: 'POST', path: '/_emulator/events', headers, body });
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 'body-malformed', field: 'body' });
  });

  it.each([
    ['POST', '/_emulator/events', { [long]: 1 }],
    ['POST', '/_emulator/events', { companyId: 1, type, ids: [long] }],
    ['POST', '/_emulator/events', { companyId: 1, type: long }],
    ['POST', '/_emulator/faults', { probabilities: { [long]: 1 } }],
    ['POST', '/_emulator/faults', { quotaWindow: long }],
    ['POST', '/_emulator/clock/advance', { by: long }],
    ['POST', '/_emulator/clock/advance', { [long]: 1 }],
    ['POST', '/_emulator/subscriptions', { [long]: 1 }],
    ['POST', '/_emulator/subscriptions', { sink: 'http://localhost/', types: [long] }],
    ['POST', '/_emulator/subscriptions', { sink: long, types: [type] }],
    ['POST', `/_emulator/${long.slice(0, 10_000)}`, {}],
  ])('%s %.30s: what was written is not said again in full', async (method, path, body) => {
    const answer = await post(fic.url, path, body, method);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(errorOf(answer).code).toBeDefined();
    expect(answer.text.length).toBeLessThan(3_000);
  });

  it('a body may be 1 MiB and no more', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const limit = 1024 * 1024;
    const path = '/_emulator/faults';
    const largest = await call(fic.url, { method: 'POST', path, headers, body: '{}'.padEnd(limit) });
    expect(largest.status).toBe(200);
    const larger = await call(fic.url, { method: 'POST', path, headers, body: '{}'.padEnd(limit + 1) });
    expect(larger.status).toBe(413);
    expect(errorOf(larger)).toMatchObject({ code: 'body-too-large', field: 'body' });
  });
});
