import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BodyResult, DeadLetter, FicEvent, Verdict } from '../../src/index.js';
import {
  binaryRequest,
  type RequestOptions,
  structuredRequest,
  type TestRequest,
} from '../support/requests.js';
import { issuer } from '../support/sign-token.js';
import { codeOf, createInboxReceiver, type InboxReceiver } from './inbox-receiver.js';

const never = () => new Promise<never>(() => {});
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function onlyLetter({ inbox }: InboxReceiver): Promise<DeadLetter> {
  const letters = await inbox.deadLetters.list();
  expect(letters).toHaveLength(1);
  return letters[0] as DeadLetter;
}

function rawOf({ payload }: DeadLetter) {
  if (payload.kind !== 'raw') throw new Error('It was kept as an event.');
  return {
    ...payload,
    headers: Object.fromEntries(payload.headers),
    bytes: Buffer.from(payload.body, 'base64'),
  };
}

function authorizationOf({ headers }: TestRequest): string {
  const found = headers.find(([name]) => name === 'authorization');
  if (found === undefined) throw new Error('The request has no token.');
  return found[1];
}

describe('genuine, and not to be read: 202, an alert, and a dead letter with the bytes', () => {
  test.each<[string, RequestOptions, string]>([
    ['no JSON', { body: '{"data":{"ids":[1' }, 'body-malformed'],
    [
      'a lone surrogate and other bytes',
      { body: new Uint8Array([0xff, 0x00, 0xc3, 0x28]) },
      'body-malformed',
    ],
    ['JSON of another form', { body: '[1,2]' }, 'event-unreadable'],
    ['ids of another form', { body: '{"data":{"ids":"all"}}' }, 'event-unreadable'],
    ['no body', { body: '' }, 'body-malformed'],
    ['no attributes', { headers: { 'ce-type': undefined } }, 'event-unreadable'],
    ['an encoding that nobody knows', { headers: { 'content-encoding': 'zstd' } }, 'body-encoding'],
    ['an encoding that is not what it says', { headers: { 'content-encoding': 'gzip' } }, 'body-encoding'],
  ])('%s', async (_, options, code) => {
    const made = createInboxReceiver({ handlers: { '*': () => expect.unreachable() } });
    const request = await binaryRequest(options);
    const answer = await made.receiver.handle(request);
    expect(answer).toEqual({ status: 202, headers: {}, body: '' });
    expect(made.alerts.map((alert) => alert.code)).toEqual([code]);
    const letter = await onlyLetter(made);
    expect(made.alerts[0]?.message).toContain(`Kept as the dead letter ${letter.key}`);
    expect(letter).toMatchObject({ reason: 'unreadable', name: '', attempts: 0, crashes: 0, handled: [] });
    expect(letter.error).toMatch(new RegExp(`^${code}`));
    const body = await request.body(1);
    expect('bytes' in body && rawOf(letter).bytes.equals(body.bytes)).toBe(true);
    expect(rawOf(letter).claims).toMatchObject({ issuer, applicationId: 1234, subject: 'company:108061' });
    expect(made.errors).toEqual([]);
  });

  test('more than bodyLimit after it was unpacked, whose packed bytes are there', async () => {
    const made = createInboxReceiver({ bodyLimit: 500 });
    const packed = gzipSync(JSON.stringify({ data: { ids: Array(1_000).fill(7) } }));
    expect((await made.send({ body: packed, headers: { 'content-encoding': 'gzip' } })).status).toBe(202);
    const letter = await onlyLetter(made);
    expect(letter.error).toBe('body-too-large');
    expect(rawOf(letter).bytes.equals(packed)).toBe(true);
    expect(rawOf(letter).headers).toMatchObject({ 'content-encoding': 'gzip' });
  });

  test('a second delivery of it is the same letter; one with other bytes is another', async () => {
    const { inbox, send } = createInboxReceiver();
    const event = { id: `198:${randomUUID()}` };
    for (const body of ['{', '{', '[']) expect((await send({ event, body })).status).toBe(202);
    expect(await inbox.deadLetters.list()).toHaveLength(2);
    expect((await send({ event })).status).toBe(202);
    expect((await inbox.health()).deadLetters).toBe(2);
  });

  test('what a body parser has left is kept as JSON, and not unpacked again', async () => {
    const made = createInboxReceiver();
    for (const body of [
      { parsed: { data: { ids: 'all' } } },
      { bytes: bytesOf('{"data":{"ids":"all"}}'), decoded: true },
    ] satisfies BodyResult[]) {
      const request = await binaryRequest({ headers: { 'content-encoding': 'gzip' } });
      expect((await made.receiver.handle({ ...request, body: async () => body })).status).toBe(202);
    }
    const letters = await made.inbox.deadLetters.list();
    expect(letters).toHaveLength(2);
    for (const letter of letters) {
      expect(rawOf(letter).bytes.toString()).toBe('{"data":{"ids":"all"}}');
      expect(rawOf(letter).headers).not.toHaveProperty('content-encoding');
    }
  });

  test('that a header was repeated is kept, as it may be why', async () => {
    const made = createInboxReceiver();
    const request = await binaryRequest();
    const headers = [...request.headers, ['ce-id', '198:other'] as const];
    expect((await made.receiver.handle({ ...request, headers })).status).toBe(202);
    const { payload } = await onlyLetter(made);
    expect(payload.kind === 'raw' && payload.headers.filter(([name]) => name === 'ce-id')).toHaveLength(2);
  });
});

describe('the token', () => {
  test.each<[string, (token: string) => Record<string, string>]>([
    ['in no other place', () => ({})],
    ['in a header of a proxy', (token) => ({ 'x-forwarded-authorization': `Bearer ${token}` })],
    ['in proxy-authorization', (token) => ({ 'proxy-authorization': token })],
    ['in a cookie', (token) => ({ cookie: `session=1; token=${token}` })],
    ['within a text', (token) => ({ 'x-original-url': `https://example.com/?token_${token}&a=b` })],
    ['in an attribute', (token) => ({ 'ce-token': token })],
    ['in the encoding', (token) => ({ 'content-encoding': token })],
  ])('%s: nothing that is stored holds it, nor its signature', async (_, headersFor) => {
    const made = createInboxReceiver();
    const plain = await binaryRequest({ body: '{' });
    const token = authorizationOf(plain).slice('Bearer '.length);
    const headers = [...plain.headers, ...Object.entries(headersFor(token)), ['x-kept', 'yes'] as const];
    expect((await made.receiver.handle({ ...plain, headers })).status).toBe(202);
    const letter = await onlyLetter(made);
    expect(rawOf(letter).headers).toMatchObject({ 'x-kept': 'yes', 'ce-source': issuer });
    // In any case: the name of an encoding stands in the error in small letters.
    const stored = JSON.stringify(letter).toLowerCase();
    for (const part of [token, ...token.split('.')]) expect(stored).not.toContain(part.toLowerCase());
    expect(Object.keys(rawOf(letter).headers)).not.toContain('authorization');
    expect(made.lines.join()).not.toContain(token.split('.')[2]);
  });

  test('what else lets somebody in is not kept either', async () => {
    const made = createInboxReceiver();
    const secrets = { cookie: 'session=c2VjcmV0', 'proxy-authorization': 'Basic c2VjcmV0' };
    await made.send({ body: '{', headers: { ...secrets, 'x-kept': 'yes' } });
    const letter = await onlyLetter(made);
    expect(rawOf(letter).headers).toMatchObject({ 'x-kept': 'yes' });
    expect(JSON.stringify(letter)).not.toContain('c2VjcmV0');
  });

  test('of somebody else is not kept either', async () => {
    const made = createInboxReceiver();
    const other = authorizationOf(await binaryRequest());
    await made.send({ body: '{', headers: { 'x-api': other, 'x-id': 'a.b.c' } });
    const letter = await onlyLetter(made);
    expect(JSON.stringify(letter)).not.toContain(other.split('.')[1]);
    expect(rawOf(letter).headers).toMatchObject({ 'x-id': 'a.b.c' });
  });
});

describe('nothing to keep: 503, so that it comes again', () => {
  test.each<[string, BodyResult, string]>([
    ['more than the adapter reads', { failed: 'too-large' }, 'body-too-large'],
    ['late', { failed: 'timeout' }, 'body-late'],
    ['broken off', { failed: 'aborted' }, 'body-aborted'],
    ['eaten by another parser', { failed: 'consumed' }, 'body-consumed'],
    ['refused by another parser', { failed: 'unparseable' }, 'body-malformed'],
    ['more bytes than bodyLimit', { bytes: bytesOf('x'.repeat(501)) }, 'body-too-large'],
    ['what is no JSON value', { parsed: () => {} }, 'event-unreadable'],
    ['what cannot be written', { parsed: { data: 1n } }, 'event-unreadable'],
  ])('%s', async (_, body, code) => {
    const { receiver, inbox, alerts } = createInboxReceiver({ bodyLimit: 500 });
    const answer = await receiver.handle({ ...(await binaryRequest()), body: async () => body });
    expect([answer.status, codeOf(answer)]).toEqual([503, code]);
    expect(alerts.map((alert) => alert.code)).toEqual([code]);
    expect(await inbox.deadLetters.list()).toEqual([]);
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('The disk is full.')), 'inbox-unavailable'],
    ['hangs', () => new Promise<never>(() => {}), 'inbox-slow'],
  ])('a store that %s when it is to be buried', async (_, bury, code) => {
    const { send } = createInboxReceiver({ faults: { bury } });
    const answer = await send({ body: '{' });
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, code, '10']);
  });
});

describe('retry, once it can be read', () => {
  const body = gzipSync(JSON.stringify({ data: { ids: Array(1_000).fill(7) } }));
  const headers = { 'content-encoding': 'gzip' };

  /** An event that was too large, and a receiver that takes it, on one inbox. */
  async function createLate(options: Parameters<typeof createInboxReceiver>[0] = {}) {
    const small = createInboxReceiver({ bodyLimit: 500, worker: false });
    expect(
      (await small.send({ body, headers, event: { id: '198:late', subject: 'company:7' } })).status,
    ).toBe(202);
    const events: FicEvent[] = [];
    const made = createInboxReceiver({
      shared: small.inbox,
      handlers: { '*': (event) => events.push(event) },
      ...options,
    });
    const { key } = await onlyLetter(made);
    return { ...made, events, key };
  }

  test('it is handled as if it had just come, once', async () => {
    const { inbox, events, key } = await createLate();
    expect(await inbox.deadLetters.retry(key)).toBe(true);
    await expect.poll(() => events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: '198:late',
      name: 'entities.clients.create',
      companyId: 7,
      applicationId: 1234,
      mode: 'binary',
      source: issuer,
    });
    expect(events[0]?.ids).toHaveLength(1_000);
    expect(Object.isFrozen(events[0])).toBe(true);
    await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0, deadLetters: 0 });
  });

  test('in structured mode, too', async () => {
    const small = createInboxReceiver({ bodyLimit: 300, worker: false });
    const request = await structuredRequest({ event: { ids: Array(1_000).fill(7) } });
    const sent = await request.body(1);
    const packed = 'bytes' in sent ? gzipSync(sent.bytes) : new Uint8Array();
    expect(packed.length).toBeLessThan(300);
    const answer = await small.receiver.handle({
      ...request,
      headers: [...request.headers, ['content-encoding', 'gzip']],
      body: async () => ({ bytes: packed }),
    });
    expect(answer.status).toBe(202);
    const events: FicEvent[] = [];
    createInboxReceiver({ shared: small.inbox, handlers: { '*': (event) => events.push(event) } });
    await small.inbox.deadLetters.retry((await onlyLetter(small)).key);
    await expect.poll(() => events).toMatchObject([{ mode: 'structured' }]);
  });

  test('while it still cannot be read, it is buried again, without an attempt', async () => {
    const made = createInboxReceiver({ handlers: { '*': () => expect.unreachable() } });
    await made.send({ body: '{' });
    const { key } = await onlyLetter(made);
    await made.inbox.deadLetters.retry(key);
    await expect.poll(async () => (await made.inbox.health()).deadLetters).toBe(1);
    expect(await onlyLetter(made)).toMatchObject({ key, reason: 'unreadable', attempts: 0 });
  });

  test.each([
    ['ignore', 'company-ignored'],
    ['gone', 'company-gone'],
  ] as const)('company is asked then: %s ends it, unhandled', async (decision, code) => {
    const asked: number[] = [];
    const made = await createLate({
      company: (id) => {
        asked.push(id);
        return decision;
      },
    });
    await made.inbox.deadLetters.retry(made.key);
    await expect.poll(() => made.inbox.health()).toMatchObject({ waiting: 0, deadLetters: 0 });
    expect(asked).toEqual([7]);
    expect(made.events).toEqual([]);
    expect(made.lines.some((line) => line.includes(code))).toBe(true);
  });

  test('company that fails is asked again in the next attempt, and can bury it', async () => {
    let asked = 0;
    const made = await createLate({
      worker: { firstDelay: 1, longestDelay: 1, attempts: 3 },
      company: () => {
        asked++;
        throw new Error('The tenants are away.');
      },
    });
    await made.inbox.deadLetters.retry(made.key);
    await expect.poll(async () => (await made.inbox.deadLetters.list())[0]?.reason).toBe('attempts');
    expect(asked).toBe(3);
    expect(await onlyLetter(made)).toMatchObject({ attempts: 3, error: 'The tenants are away.' });
    expect(made.events).toEqual([]);
  });

  test('company that returns what cannot be shown is undecided, too', async () => {
    const made = await createLate({
      worker: { attempts: 1 },
      company: () => Object.create(null),
    });
    await made.inbox.deadLetters.retry(made.key);
    await expect.poll(async () => (await made.inbox.deadLetters.list())[0]?.reason).toBe('attempts');
    expect(made.alerts.map(({ code }) => code)).toContain('company-undecided');
    expect(made.events).toEqual([]);
  });

  test.each([
    ['takes the only place of the worker', { concurrency: 1 }, 0],
    ['keeps other suspects waiting', { concurrency: 2, crashes: 5 }, 3],
  ])('company that never answers is given up, and %s no longer than that', async (_, worker, crashes) => {
    const made: Awaited<ReturnType<typeof createLate>> = await createLate({
      handlerMaxRuntime: 200,
      worker: { ...worker, firstDelay: 1, longestDelay: 1, attempts: 2 },
      company: (id) => (id === 7 ? never() : 'accept'),
      faults: {
        work: (work) => made.inbox.work({ ...work, process: (item) => work.process({ ...item, crashes }) }),
      },
    });
    await made.inbox.deadLetters.retry(made.key);
    await made.send({ event: { id: '198:other' } });
    await expect.poll(() => made.events.map(({ id }) => id)).toEqual(['198:other']);
    await expect.poll(async () => (await made.inbox.deadLetters.list())[0]?.reason).toBe('attempts');
    expect(await onlyLetter(made)).toMatchObject({
      attempts: 2,
      error: 'company() gave no answer within 200 ms (handlerMaxRuntime).',
    });
    expect(made.alerts.map(({ code }) => code)).toContain('company-undecided');
  });

  test('company that never answers is given up when the claim is lost, which is no failure', async () => {
    const verdicts: Verdict[] = [];
    let asked = 0;
    const made: Awaited<ReturnType<typeof createLate>> = await createLate({
      worker: { lease: 1_000, concurrency: 2 },
      company: () => (++asked === 1 ? never() : 'accept'),
      faults: {
        work: (work) =>
          made.inbox.work({
            ...work,
            process: async (item) => {
              const verdict = await work.process(item);
              verdicts.push(verdict);
              return verdict;
            },
          }),
      },
    });
    await made.inbox.deadLetters.retry(made.key);
    await expect.poll(() => asked).toBe(1);
    made.inbox.expireClaims();
    await expect.poll(() => verdicts).toHaveLength(2);
    expect(verdicts).toContainEqual({ kind: 'postpone', after: 0 });
    expect(verdicts).toContainEqual({ kind: 'done' });
    expect(made.events).toHaveLength(1);
    expect(made.alerts).toEqual([]);
  });

  test('company is not asked for a claim that is lost already', async () => {
    let asked = 0;
    let loses = true;
    const made: Awaited<ReturnType<typeof createLate>> = await createLate({
      company: () => {
        asked++;
        return 'accept';
      },
      faults: {
        work: (work) =>
          made.inbox.work({
            ...work,
            process: (item) => {
              const signal = loses ? AbortSignal.abort() : item.signal;
              loses = false;
              return work.process({ ...item, signal });
            },
          }),
      },
    });
    await made.inbox.deadLetters.retry(made.key);
    await expect.poll(() => made.events).toHaveLength(1);
    expect(asked).toBe(1);
  });

  test('an event that was read when it came is not asked about again', async () => {
    let asked = 0;
    const { send, inbox } = createInboxReceiver({
      company: () => {
        asked++;
        return 'accept';
      },
      handlers: { '*': () => {} },
    });
    await send();
    await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
    expect(asked).toBe(1);
  });
});
