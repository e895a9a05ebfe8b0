import { describe, expect, test } from 'vitest';
import {
  type Notification,
  type NotificationBody,
  parseNotification,
} from '../../src/events/parse-notification.js';
import { collectHeaders, type HeadersInput } from '../../src/http/collect-headers.js';
import { eventTypePrefix } from '../../src/index.js';
import { isOutcome, type Outcome } from '../../src/receiver/outcomes.js';
import type { TokenClaims } from '../../src/token/claims.js';
import { applicationId, issuer } from '../support/sign-token.js';

const id = '198:f059b211-24f4-44ab-9859-b1613a9a0712';
const subject = 'company:108061';
const time = '2023-04-04T12:54:21+02:00';
const claims: TokenClaims = {
  issuer,
  subject,
  tokenId: id,
  applicationId,
  expiresAt: Date.now() + 1_000_000,
};

/** The published binary example. */
const binaryHeaders = {
  'Content-Type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-type': `${eventTypePrefix}entities.clients.create`,
  'ce-source': issuer,
  'ce-subject': subject,
  'ce-time': time,
} as const;
/** The published structured example. */
const structuredBody = {
  id,
  source: issuer,
  specversion: '1.0',
  type: `${eventTypePrefix}entities.clients.create`,
  subject,
  time,
  datacontenttype: 'application/json',
  data: { ids: [3062300] },
};
const wrapped = { data: { ids: [3062300] } };
const structuredType = { 'content-type': 'application/cloudevents+json' };

type HeaderRecord = Readonly<Record<string, string | undefined>>;

function toBody(body: unknown): NotificationBody {
  if (body instanceof Uint8Array) return { bytes: body };
  return { bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

function parse(headers: HeadersInput, body: unknown, by: TokenClaims = claims): Notification | Outcome {
  return parseNotification(collectHeaders(headers), toBody(body), by);
}

function parseEvent(headers: HeadersInput, body: unknown, by?: TokenClaims): Notification {
  const result = parse(headers, body, by);
  if (isOutcome(result)) throw new Error(`refused: ${result.code} ${result.detail}`);
  return result;
}

const binary = (changes: HeaderRecord = {}, body: unknown = wrapped) =>
  parse({ ...binaryHeaders, ...changes }, body);
const binaryEvent = (changes: HeaderRecord = {}, body: unknown = wrapped) =>
  parseEvent({ ...binaryHeaders, ...changes }, body).event;
const structured = (
  changes: Readonly<Record<string, unknown>> = {},
  headers: HeaderRecord = structuredType,
) => parse(headers, { ...structuredBody, ...changes });
const structuredEvent = (
  changes: Readonly<Record<string, unknown>> = {},
  headers: HeaderRecord = structuredType,
) => parseEvent(headers, { ...structuredBody, ...changes }).event;

const expected = {
  id,
  type: 'it.fattureincloud.webhooks.entities.clients.create',
  name: 'entities.clients.create',
  resource: 'entities.clients',
  action: 'create',
  source: issuer,
  subject: { kind: 'company', id: '108061' },
  companyId: 108061,
  time,
  timestamp: 1_680_605_661_000,
  ids: [3062300],
  applicationId,
};

describe('the published examples', () => {
  test('binary', () => {
    expect(binaryEvent()).toEqual({ ...expected, mode: 'binary' });
  });

  test.each([
    ['application/cloudevents+json'],
    ['application/cloudevents+json; charset=utf-8'],
    [' Application/CloudEvents+JSON;charset=utf-8'],
    ['application/json'],
    ['text/plain'],
    [undefined],
  ])('structured as %s', (contentType) => {
    expect(structuredEvent({}, { 'content-type': contentType })).toEqual({ ...expected, mode: 'structured' });
  });

  test('both modes have the same content, so a copy in the other mode is a duplicate', () => {
    const one = parseEvent(binaryHeaders, wrapped);
    const other = parseEvent(structuredType, structuredBody);
    expect(one.content).toBe(other.content);
    expect([one.specversion, other.specversion]).toEqual(['1.0', '1.0']);
  });

  test('an event is frozen, plain, and its JSON gives it back', () => {
    for (const event of [binaryEvent(), structuredEvent(), binaryEvent({ 'ce-time': undefined })]) {
      expect(Object.isFrozen(event) && Object.isFrozen(event.subject) && Object.isFrozen(event.ids)).toBe(
        true,
      );
      expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
      expect(structuredClone(event)).toEqual(event);
      expect(Object.values(event)).not.toContain(undefined);
    }
  });
});

describe('mode', () => {
  test('the members of a structured body must be texts to make it structured by content', () => {
    for (const member of ['specversion', 'id', 'source', 'type']) {
      const body = { ...structuredBody, [member]: 1 };
      expect(parse({}, body)).toMatchObject({ code: 'event-unreadable' });
      expect(parseEvent(binaryHeaders, { ...wrapped, [member]: 'x' }).event.mode).toBe('binary');
    }
  });

  test('members of the prototype do not count', () => {
    expect(parse({}, `{"__proto__":${JSON.stringify(structuredBody)}}`)).toMatchObject({
      code: 'event-unreadable',
    });
    const body = { parsed: Object.create(structuredBody) as unknown };
    expect(parseNotification(collectHeaders({}), body, claims)).toMatchObject({ code: 'event-unreadable' });
    expect(parseNotification(collectHeaders(structuredType), body, claims)).toMatchObject({
      code: 'event-unreadable',
    });
  });

  test('the media type alone makes a body structured', () => {
    const withoutVersion = { ...structuredBody, specversion: undefined };
    expect(parseEvent(structuredType, withoutVersion).specversion).toBeUndefined();
    expect(parse(structuredType, wrapped)).toMatchObject({ code: 'event-unreadable' });
  });

  test('neither: there is nothing to read', () => {
    expect(parse({}, wrapped)).toMatchObject({
      code: 'event-unreadable',
      detail: expect.stringContaining('id'),
    });
    expect(parse({}, [])).toMatchObject({ code: 'event-unreadable' });
  });

  test.each([['[]'], ['null'], ['1'], ['"x"']])(
    'a structured media type with the body %s is no event',
    (body) => {
      expect(parse(structuredType, body)).toMatchObject({ code: 'event-unreadable' });
      expect(parse({ ...binaryHeaders, ...structuredType, 'Content-Type': undefined }, body)).toMatchObject({
        code: 'event-unreadable',
      });
    },
  );

  test('a body that another parser made of it', () => {
    const read = (headers: HeadersInput, parsed: unknown) =>
      parseNotification(collectHeaders(headers), { parsed }, claims);
    expect(read(binaryHeaders, wrapped)).toMatchObject({ event: { ids: [3062300], mode: 'binary' } });
    expect(read({}, structuredBody)).toMatchObject({ event: { ids: [3062300], mode: 'structured' } });
    for (const nothing of [undefined, {}, null, '', 'text', 5]) {
      expect(read(binaryHeaders, nothing)).toMatchObject({ code: 'event-unreadable' });
    }
  });
});

describe('copies of attributes in headers', () => {
  test('that equal the body are fine, one or all', () => {
    expect(structuredEvent({}, { ...structuredType, 'ce-id': id }).mode).toBe('structured');
    expect(parseEvent(binaryHeaders, structuredBody).event.mode).toBe('structured');
    const encoded = { ...structuredType, 'ce-source': 'https%3A%2F%2Fapi-v2.fattureincloud.it' };
    expect(structuredEvent({}, encoded).mode).toBe('structured');
  });

  test.each([
    ['id', 'other'],
    ['type', `${eventTypePrefix}entities.clients.delete`],
    ['source', `${issuer}/`],
    ['subject', 'company:1'],
    ['specversion', '0.3'],
    ['time', '2020-01-01T00:00:00Z'],
    ['datacontenttype', 'text/plain'],
  ])('ce-%s that differs is refused', (name, value) => {
    const result = structured({}, { ...structuredType, [`ce-${name}`]: value });
    expect(result).toMatchObject({ code: 'event-unreadable', detail: expect.stringContaining(`ce-${name}`) });
  });

  test('a header for an attribute that the body lacks is refused for those of CloudEvents, fine for extensions', () => {
    expect(structured({ time: undefined }, { ...structuredType, 'ce-time': time })).toMatchObject({
      code: 'event-unreadable',
    });
    expect(structuredEvent({}, { ...structuredType, 'ce-traceparent': '00-1' }).mode).toBe('structured');
  });

  test('extensions in the body are passed over, numbers and booleans equal their texts', () => {
    expect(
      structuredEvent(
        { sequence: 5, flag: true },
        { ...structuredType, 'ce-sequence': '5', 'ce-flag': 'true' },
      ).mode,
    ).toBe('structured');
  });

  test('a repeated ce-header is refused, even with the same value', () => {
    const pairs = Object.entries(binaryHeaders);
    expect(parse([...pairs, ['CE-Id', id]], wrapped)).toMatchObject({ code: 'event-unreadable' });
    expect(parse([...pairs, ['ce-foo', '1'], ['ce-foo', '1']], wrapped)).toMatchObject({
      code: 'event-unreadable',
    });
    expect(parseEvent([...pairs, ['x-a', '1'], ['x-a', '2']], wrapped).event.id).toBe(id);
  });
});

describe('what is indispensable', () => {
  test.each(['id', 'type', 'source', 'subject'])('%s', (name) => {
    for (const value of [undefined, '', '%C0%80', 'a%00b', '"broken']) {
      expect(binary({ [`ce-${name}`]: value }), String(value)).toMatchObject({
        code: 'event-unreadable',
        detail: expect.stringContaining(name),
      });
    }
    for (const value of [undefined, null, '', 5, {}, ['x'], 'a\u0000b', 'a\ud800']) {
      expect(structured({ [name]: value }), String(value)).toMatchObject({ code: 'event-unreadable' });
    }
  });

  test('time may be missing or odd: the text stays, the timestamp does not', () => {
    expect(binaryEvent({ 'ce-time': undefined })).not.toHaveProperty('time');
    expect(binaryEvent({ 'ce-time': undefined })).not.toHaveProperty('timestamp');
    for (const odd of ['yesterday', '2023-02-30T00:00:00Z', '2023-04-04']) {
      for (const event of [binaryEvent({ 'ce-time': odd }), structuredEvent({ time: odd })]) {
        expect(event.time).toBe(odd);
        expect(event).not.toHaveProperty('timestamp');
      }
    }
    expect(structuredEvent({ time: 1_680_605_661 })).not.toHaveProperty('time');
    expect(structuredEvent({ time: null })).not.toHaveProperty('time');
    expect(binaryEvent({ 'ce-time': '2023-04-04T10:54:21Z' }).timestamp).toBe(expected.timestamp);
  });

  test('specversion may be missing or another', () => {
    expect(parseEvent({ ...binaryHeaders, 'ce-specversion': '2.0' }, wrapped)).toMatchObject({
      specversion: '2.0',
    });
    expect(
      parseEvent({ ...binaryHeaders, 'ce-specversion': undefined }, wrapped).specversion,
    ).toBeUndefined();
    expect(parseEvent(structuredType, { ...structuredBody, specversion: '0.3' }).specversion).toBe('0.3');
    expect(parseEvent(structuredType, { ...structuredBody, specversion: 1 }).specversion).toBeUndefined();
  });

  test('the media type does not matter if the bytes are JSON', () => {
    for (const contentType of [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'nonsense',
      'image/png',
    ]) {
      expect(binaryEvent({ 'Content-Type': contentType }).ids).toEqual([3062300]);
    }
  });
});

describe('binding to the token', () => {
  test.each([
    ['id', { 'ce-id': 'other' }, { id: 'other' }],
    ['id in another case', { 'ce-id': id.toUpperCase() }, { id: id.toUpperCase() }],
    ['subject', { 'ce-subject': 'company:1' }, { subject: 'company:1' }],
    ['source', { 'ce-source': 'https://evil.example' }, { source: 'https://evil.example' }],
    ['source with a slash', { 'ce-source': `${issuer}/` }, { source: `${issuer}/` }],
  ])('%s', (_, headers, members) => {
    expect(binary(headers)).toMatchObject({ code: 'event-binding' });
    expect(structured(members)).toMatchObject({ code: 'event-binding' });
  });

  test('a token without jti and sub binds nothing', () => {
    const bare = { ...claims, tokenId: undefined, subject: undefined };
    expect(parse(binaryHeaders, wrapped, bare)).toMatchObject({ code: 'event-binding' });
  });
});

describe('ids', () => {
  const ofType = (short: string, ids: unknown) =>
    binary({ 'ce-type': eventTypePrefix + short }, { data: { ids } });
  const idsOf = (short: string, ids: unknown) =>
    binaryEvent({ 'ce-type': eventTypePrefix + short }, { data: { ids } }).ids;

  test.each([
    ['wrapped', { data: { ids: [1, 2] } }, [1, 2]],
    ['bare', { ids: [1, 2] }, [1, 2]],
    ['both, equal', { data: { ids: [1, 2] }, ids: [1, 2] }, [1, 2]],
    ['none in a list', { data: { ids: [] } }, []],
    ['negative and zero', { data: { ids: [0, -5] } }, [0, -5]],
    ['the largest', { data: { ids: [Number.MAX_SAFE_INTEGER] } }, [Number.MAX_SAFE_INTEGER]],
    ['in quotes', { data: { ids: ['1', 2] } }, [1, 2]],
    ['with more members', { data: { ids: [1], total: 5 }, meta: {} }, [1]],
    ['repeated', { data: { ids: [1, 1] } }, [1, 1]],
  ])('%s', (_, body, ids) => {
    expect(binaryEvent({}, body).ids).toEqual(ids);
  });

  test('2,000 of a bulk import', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => index + 1);
    expect(binaryEvent({}, { data: { ids: many } }).ids).toEqual(many);
  });

  test.each([
    ['that differ', { data: { ids: [1] }, ids: [2] }],
    ['missing', {}],
    ['missing below data', { data: {} }],
    ['below null', { data: null }],
    ['at another depth', { data: { data: { ids: [1] } } }],
    ['null', { data: { ids: null } }],
    ['a number', { data: { ids: 1 } }],
    ['a text', { data: { ids: '1' } }],
    ['an object', { data: { ids: { 0: 1 } } }],
    ['with null', { data: { ids: [1, null] } }],
    ['with a fraction', { data: { ids: [1.5] } }],
    ['beyond whole numbers', { data: { ids: [2 ** 53] } }],
    ['with a text', { data: { ids: [1, 'a'] } }],
    ['with an odd number in quotes', { data: { ids: ['01'] } }],
    ['with a nested list', { data: { ids: [[1]] } }],
    ['with a boolean', { data: { ids: [true] } }],
  ])('%s are refused', (_, body) => {
    expect(binary({}, body)).toMatchObject({ code: 'event-unreadable' });
  });

  test('cashbook ids are texts, and numbers become texts: never mixed', () => {
    expect(idsOf('cashbook.create', ['a1', 'b2'])).toEqual(['a1', 'b2']);
    expect(idsOf('cashbook.update', [5, '7', 'x'])).toEqual(['5', '7', 'x']);
    expect(ofType('cashbook.delete', [''])).toMatchObject({ code: 'event-unreadable' });
    expect(ofType('cashbook.delete', [1.5])).toMatchObject({ code: 'event-unreadable' });
    expect(ofType('cashbook.delete', [null])).toMatchObject({ code: 'event-unreadable' });
  });

  test('an unknown type may have numbers, texts or none, never a mixture', () => {
    expect(idsOf('entities.leads.create', [1, '2'])).toEqual([1, 2]);
    expect(idsOf('entities.leads.create', ['a', 'b'])).toEqual(['a', 'b']);
    expect(idsOf('entities.leads.create', ['a', '1'])).toEqual(['a', '1']);
    expect(idsOf('entities.leads.create', undefined)).toEqual([]);
    expect(ofType('entities.leads.create', ['a', 1])).toMatchObject({ code: 'event-unreadable' });
    expect(ofType('entities.leads.create', 'a')).toMatchObject({ code: 'event-unreadable' });
  });

  test('other ids make another content, also where only a comma differs', () => {
    const contentOf = (ids: unknown) =>
      parseEvent({ ...binaryHeaders, 'ce-type': `${eventTypePrefix}cashbook.create` }, { data: { ids } })
        .content;
    expect(contentOf(['a', 'b'])).not.toBe(contentOf(['b', 'a']));
    expect(contentOf(['a', 'b'])).not.toBe(contentOf(['a,b']));
    expect(contentOf(['a"', 'b'])).not.toBe(contentOf(['a', '"b']));
    const base = parseEvent(binaryHeaders, wrapped).content;
    expect(parseEvent(binaryHeaders, { data: { ids: [3062301] } }).content).not.toBe(base);
    expect(
      parseEvent({ ...binaryHeaders, 'ce-type': `${eventTypePrefix}entities.clients.delete` }, wrapped)
        .content,
    ).not.toBe(base);
    expect(parseEvent({ ...binaryHeaders, 'ce-time': undefined }, wrapped).content).toBe(base);
  });
});

describe('names and subjects', () => {
  test.each([
    ['issued_documents.receipts.create', 'issued_documents.receipts', 'create'],
    ['receipts.create', 'receipts', 'create'],
    ['products.stock_update', 'products', 'stock_update'],
    ['received_documents.e_invoices.receive', 'received_documents.e_invoices', 'receive'],
    ['a.b.c.d', 'a.b.c', 'd'],
    ['single', '', 'single'],
  ])('%s splits at the last dot', (name, resource, action) => {
    expect(binaryEvent({ 'ce-type': eventTypePrefix + name })).toMatchObject({ name, resource, action });
  });

  test('a type without the prefix keeps its name whole', () => {
    expect(binaryEvent({ 'ce-type': 'com.example.thing' })).toMatchObject({
      type: 'com.example.thing',
      name: 'com.example.thing',
    });
  });

  test.each([
    ['company:108061', 'company', '108061', 108061],
    ['company:0', 'company', '0', undefined],
    ['company:01', 'company', '01', undefined],
    ['company:-1', 'company', '-1', undefined],
    ['company:1:2', 'company', '1:2', undefined],
    ['user:5', 'user', '5', undefined],
    ['company', 'company', '', undefined],
    [':5', '', '5', undefined],
    ['company:9007199254740993', 'company', '9007199254740993', undefined],
  ])('subject %s', (text, kind, identifier, companyId) => {
    const { event } = parseEvent({ ...binaryHeaders, 'ce-subject': text }, wrapped, {
      ...claims,
      subject: text,
    });
    expect(event.subject).toEqual({ kind, id: identifier });
    expect(event.companyId).toBe(companyId);
    expect('companyId' in event).toBe(companyId !== undefined);
  });
});

describe('the welcome event', () => {
  const welcome = { 'ce-type': `${eventTypePrefix}subscriptions.welcome` };

  test.each([
    ['no body', ''],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['a text', '"hello"'],
    ['ids', '{"data":{"ids":[1]}}'],
    ['odd ids', '{"data":{"ids":"x"}}'],
    ['no JSON', 'Welcome!'],
    ['no UTF-8', Buffer.from([0xff, 0xfe])],
    ['deep JSON', '['.repeat(1_000)],
  ])('with %s', (_, body) => {
    expect(binaryEvent(welcome, body)).toMatchObject({
      name: 'subscriptions.welcome',
      ids: [],
      companyId: 108061,
    });
  });

  test('structured', () => {
    const type = welcome['ce-type'];
    for (const data of [undefined, null, {}, 'text', { ids: [1] }]) {
      expect(structuredEvent({ type, data })).toMatchObject({ name: 'subscriptions.welcome', ids: [] });
    }
  });
});

describe('a body that cannot be read', () => {
  test.each([
    ['empty', '', /empty/],
    ['no JSON', '<html>', /malformed-json/],
    ['cut short', '{"data":{"ids":[1', /malformed-json/],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /invalid-utf8/],
    ['too deep', `{"data":${'['.repeat(100)}${']'.repeat(100)}}`, /too-deep/],
    ['with a member twice', '{"data":{"ids":[1]},"data":{"ids":[2]}}', /duplicate-member/],
  ])('%s', (_, body, detail) => {
    const result = binary({}, body);
    expect(result).toMatchObject({ code: 'body-malformed' });
    expect((result as Outcome).detail).toMatch(detail);
  });

  test('a byte order mark is no reason', () => {
    expect(binaryEvent({}, `\ufeff${JSON.stringify(wrapped)}`).ids).toEqual([3062300]);
  });
});
