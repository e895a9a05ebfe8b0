import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NewInboxItem } from '../../src/index.js';
import {
  binaryRequest,
  challengeRequest,
  type RequestOptions,
  structuredRequest,
} from '../support/requests.js';
import { createSigningKey, issuer } from '../support/sign-token.js';
import { codeOf, createInboxReceiver, type InboxReceiverOptions } from './inbox-receiver.js';

const storing = { worker: false } as const;
const day = 24 * 60 * 60 * 1000;

describe('202 for what is stored', () => {
  test.each<[string, RequestOptions, InboxReceiverOptions]>([
    ['an event that a handler wants', {}, { handlers: { '*': () => {} } }],
    ['an event that no handler wants', {}, { handlers: { 'products.*': () => {} } }],
    ['an event without any handler', {}, {}],
    ['an event whose handler fails', {}, { handlers: { '*': () => Promise.reject(new Error('away')) } }],
    ['an event whose handler never ends', {}, { handlers: { '*': () => new Promise(() => {}) } }],
    ['the welcome event', { event: { type: 'subscriptions.welcome' }, body: '' }, {}],
    ['an unknown type', { event: { type: 'entities.leads.create' } }, {}],
    ['a type of somebody else', { event: { type: 'it.example.made' } }, {}],
    ['an event that is not about a company', { event: { subject: 'user:5' } }, {}],
    ['an event of a company that is accepted', {}, { company: () => Promise.resolve('accept' as const) }],
  ])('%s', async (_, request, options) => {
    const items: NewInboxItem[] = [];
    const { inbox, send } = createInboxReceiver({
      ...options,
      faults: {
        put: (item) => {
          items.push(item);
          return inbox.put(item);
        },
      },
    });
    expect(await send(request)).toEqual({ status: 202, headers: {}, body: '' });
    expect(items).toHaveLength(1);
  });

  test('a second delivery, in either mode, while it waits, after it was handled, and as a dead letter', async () => {
    let ran = 0;
    const { receiver, inbox, send, alerts } = createInboxReceiver(storing);
    const event = { id: `198:${randomUUID()}` };
    const sendBoth = async () => [
      (await send({ event })).status,
      (await receiver.handle(await structuredRequest({ event }))).status,
    ];
    expect(await sendBoth()).toEqual([202, 202]);
    expect((await inbox.health()).waiting).toBe(1);
    receiver.on('*', () => {
      ran++;
    });
    await receiver.work();
    await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
    expect(await sendBoth()).toEqual([202, 202]);
    expect(await inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
    expect(ran).toBe(1);
    expect(alerts).toEqual([]);
  });

  test('fifty deliveries of one event at once are one event', async () => {
    const { inbox, send } = createInboxReceiver(storing);
    const event = { id: `198:${randomUUID()}` };
    const answers = await Promise.all(Array.from({ length: 50 }, () => send({ event })));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    expect((await inbox.health()).waiting).toBe(1);
  });

  test('a company that is ignored is not stored, and alerts; one that is gone is answered 410', async () => {
    const ignoring = createInboxReceiver({ company: () => 'ignore' });
    expect((await ignoring.send()).status).toBe(202);
    expect(ignoring.alerts.map(({ code }) => code)).toEqual(['company-ignored']);
    expect((await ignoring.inbox.health()).waiting).toBe(0);
    const gone = createInboxReceiver({ company: () => 'gone' });
    const answer = await gone.send();
    expect([answer.status, codeOf(answer)]).toEqual([410, 'company-gone']);
    expect(await gone.inbox.health()).toMatchObject({ waiting: 0, deadLetters: 0 });
  });

  test('a company that cannot be decided on comes again', async () => {
    const { inbox, send } = createInboxReceiver({ company: () => Promise.reject(new Error('away')) });
    const answer = await send();
    expect([answer.status, codeOf(answer)]).toEqual([503, 'company-undecided']);
    expect((await inbox.health()).waiting).toBe(0);
  });
});

describe('what is put', () => {
  async function putOf(request: RequestOptions = {}): Promise<NewInboxItem> {
    const items: NewInboxItem[] = [];
    const { inbox, send } = createInboxReceiver({
      ...storing,
      faults: {
        put: (item) => {
          items.push(item);
          return inbox.put(item);
        },
      },
    });
    expect((await send(request)).status).toBe(202);
    return items[0] as NewInboxItem;
  }

  test('the key is that of the token, the payload is the event and plain JSON', async () => {
    const before = Date.now();
    const item = await putOf({ event: { id: '198:a', ids: [3, 5], subject: 'company:7' } });
    expect(item.key).toBe(createHash('sha256').update(`${issuer}\n198:a`).digest('hex'));
    expect(item.name).toBe('entities.clients.create');
    expect(item.receivedAt).toBeGreaterThanOrEqual(before);
    expect(item.receivedAt).toBeLessThanOrEqual(Date.now());
    expect(item.payload).toMatchObject({
      kind: 'event',
      event: { id: '198:a', name: 'entities.clients.create', companyId: 7, ids: [3, 5], mode: 'binary' },
    });
    expect(JSON.parse(JSON.stringify(item))).toEqual(item);
  });

  test('the fingerprint is of type, subject and ids, and not of time and mode', async () => {
    const event = { id: '198:a', ids: [1] };
    const { fingerprint } = await putOf({ event });
    expect((await putOf({ event: { ...event, time: '2024-01-01T00:00:00Z' } })).fingerprint).toBe(
      fingerprint,
    );
    for (const other of [{ ids: [2] }, { subject: 'company:2' }, { type: 'entities.clients.delete' }]) {
      expect((await putOf({ event: { ...event, ...other } })).fingerprint).not.toBe(fingerprint);
    }
  });

  test('it is remembered for a day, and for as long as its token lives', async () => {
    expect((await putOf()).retention).toBe(day);
    const now = Math.floor(Date.now() / 1000);
    const { retention } = await putOf({ claims: { exp: now + 48 * 60 * 60 } });
    expect(retention).toBeGreaterThan(day + 23 * 60 * 60 * 1000);
  });

  test('a name is cut: an unknown type may be of any length', async () => {
    const type = `entities.${'x'.repeat(2_000)}.create`;
    const { name, payload } = await putOf({ event: { type } });
    expect(name).toHaveLength(200);
    expect(payload).toMatchObject({ event: { name: type } });
  });
});

describe('nothing is stored', () => {
  test.each<[string, RequestOptions, number]>([
    ['no token', { headers: { authorization: undefined } }, 401],
    ['a forgery', { key: createSigningKey(), claims: { aid: 9 } }, 401],
    ['another audience', { claims: { aud: ['https://other.example'] } }, 503],
    ['another application', { claims: { aid: 9 } }, 503],
    ['the token of another event', { claims: { jti: '1:b' } }, 503],
    ['an expired token, of an unreadable body', { claims: { iat: 1, exp: 2 }, body: '<' }, 401],
  ])('of %s', async (_, request, status) => {
    const { inbox, send } = createInboxReceiver();
    expect((await send(request)).status).toBe(status);
    expect(await inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
  });

  test('of a challenge, which needs no store', async () => {
    const hang = () => new Promise<never>(() => {});
    const { receiver } = createInboxReceiver({ faults: { ready: hang, put: hang, health: hang } });
    const answer = await receiver.handle(await challengeRequest('abc'));
    expect([answer.status, answer.body]).toEqual([200, '{"verification":"abc"}']);
  });

  test('by verify(), which claims nothing', async () => {
    const { receiver, inbox } = createInboxReceiver();
    expect(await receiver.verify(await binaryRequest())).toMatchObject({ kind: 'event' });
    const unreadable = await receiver.verify(await binaryRequest({ body: '<' }));
    expect(unreadable).toMatchObject({ kind: 'respond', response: { status: 503 } });
    expect(await inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
  });
});

describe('the same id with another content', () => {
  test('is a dead letter and an alert, is answered 202, and never handled by itself', async () => {
    const handled: unknown[] = [];
    const { receiver, inbox, send, alerts } = createInboxReceiver({
      handlers: { '*': ({ ids }) => handled.push(ids) },
    });
    const id = `198:${randomUUID()}`;
    expect((await send({ event: { id, ids: [1] } })).status).toBe(202);
    await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
    expect((await send({ event: { id, ids: [2] } })).status).toBe(202);
    expect((await send({ event: { id, ids: [2] } })).status).toBe(202);
    expect((await send({ event: { id, ids: [3] } })).status).toBe(202);

    const letters = await inbox.deadLetters.list();
    expect(letters).toMatchObject([
      { reason: 'conflict', attempts: 0, handled: [], payload: { event: { id, ids: [2] } } },
      { reason: 'conflict', attempts: 0, handled: [], payload: { event: { id, ids: [3] } } },
    ]);
    expect(alerts.map(({ code }) => code)).toEqual(['conflict']);
    expect(alerts[0]?.message).toContain(`Kept as the dead letter ${letters[0]?.key}`);
    expect(handled).toEqual([[1]]);

    expect(await inbox.deadLetters.retry(letters[0]?.key ?? '')).toBe(true);
    await expect.poll(() => handled).toEqual([[1], [2]]);
    expect(await receiver.health()).toMatchObject({ inbox: { deadLetters: 1 } });
  });

  test('is answered 503 when it cannot be kept', async () => {
    const { send } = createInboxReceiver({
      faults: { bury: () => Promise.reject(new Error('The disk is full.')) },
    });
    const id = `198:${randomUUID()}`;
    await send({ event: { id, ids: [1] } });
    const answer = await send({ event: { id, ids: [2] } });
    expect([answer.status, codeOf(answer)]).toEqual([503, 'inbox-unavailable']);
  });
});
