import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEvent, decodeCloudEvent, encodeCloudEvent } from '../../src/cloudevents/index.js';
import { isCloudEventString } from '../../src/cloudevents/string-value.js';
import { FicWebhooksError } from '../../src/errors/fic-webhooks-error.js';

const minimal: CloudEvent = { specversion: '1.0', id: '1', source: '/s', type: 't' };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('encodeCloudEvent', () => {
  it('binary: every attribute in its header, percent-encoded', () => {
    const subject = 'Euro € 😀 "100%"~';
    const event = {
      ...minimal,
      subject,
      datacontenttype: 'text/plain',
      extensions: { flag: true, num: -1 },
      data: 'caffè',
    };
    const { headers, body } = encodeCloudEvent(event, 'binary');
    expect(headers).toEqual({
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/s',
      'ce-type': 't',
      'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80%20%22100%25%22~',
      'ce-flag': 'true',
      'ce-num': '-1',
      'content-type': 'text/plain',
    });
    expect(text(body)).toBe('caffè');
  });

  it('structured: one JSON object, bytes as data_base64', () => {
    const { headers, body } = encodeCloudEvent(
      { ...minimal, extensions: { flag: true }, data: Buffer.of(255) },
      'structured',
    );
    expect(headers).toEqual({ 'content-type': 'application/cloudevents+json' });
    expect(JSON.parse(text(body))).toEqual({ ...minimal, flag: true, data_base64: '/w==' });
  });

  it('writes the type that was implied when binary mode needs it', () => {
    expect(encodeCloudEvent({ ...minimal, data: null }, 'binary').headers['content-type']).toBe(
      'application/json',
    );
    expect(
      encodeCloudEvent({ ...minimal, data: Uint8Array.of(1) }, 'binary').headers['content-type'],
    ).toBeUndefined();
    expect(encodeCloudEvent(minimal, 'binary')).toMatchObject({ body: new Uint8Array(0) });
    expect(encodeCloudEvent(minimal, 'binary').headers['content-type']).toBeUndefined();
  });

  it('takes undefined for absent', () => {
    const event = {
      ...minimal,
      subject: undefined,
      extensions: { a: undefined },
      data: undefined,
    } as unknown as CloudEvent;
    expect(JSON.parse(text(encodeCloudEvent(event, 'structured').body))).toEqual(minimal);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'event'],
    ['no id', { ...minimal, id: undefined }],
    ['empty id', { ...minimal, id: '' }],
    ['numeric id', { ...minimal, id: 5 }],
    ['another version', { ...minimal, specversion: '0.3' }],
    ['a source that is no URI', { ...minimal, source: 'a b' }],
    ['a time that is none', { ...minimal, time: 'now' }],
    ['a time with a space', { ...minimal, time: '2023-04-04 12:54:21Z' }],
    ['a control character', { ...minimal, subject: 'a\nb' }],
    ['an extension beside the attributes', { ...minimal, myext: 'a' }],
    ['data_base64 beside the attributes', { ...minimal, data_base64: 'AQ==' }],
    ['an upper-case extension', { ...minimal, extensions: { MyExt: 'a' } }],
    ['an extension named data', { ...minimal, extensions: { data: 'a' } }],
    ['an extension named id', { ...minimal, extensions: { id: 'a' } }],
    ['a fraction', { ...minimal, extensions: { a: 1.5 } }],
    ['an object as extension', { ...minimal, extensions: { a: {} } }],
    ['an object under a text type', { ...minimal, datacontenttype: 'text/plain', data: {} }],
    [
      'text in a charset that cannot be written',
      { ...minimal, datacontenttype: 'text/plain; charset=latin1', data: 'è' },
    ],
    ['text with half a surrogate pair', { ...minimal, datacontenttype: 'text/plain', data: '\ud800' }],
    [
      'a type that changes the mode',
      { ...minimal, datacontenttype: 'application/cloudevents+json', data: {} },
    ],
    ['a function', { ...minimal, data: () => 1 }],
    ['a cycle', { ...minimal, data: cycle }],
    ['a BigInt', { ...minimal, data: 1n }],
  ])('refuses %s', (_, event) => {
    let thrown: unknown;
    try {
      encodeCloudEvent(event as CloudEvent, 'binary');
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof FicWebhooksError)) expect.fail(String(thrown));
    expect(thrown.code).toBe('event-invalid');
    expect(thrown.message).not.toMatch(/undefined/);
  });

  it('refuses another mode', () => {
    expect(() => encodeCloudEvent(minimal, 'batch' as 'binary')).toThrow(FicWebhooksError);
  });
});

const names = /^[a-z\d]{1,20}$/;
const reserved = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'datacontenttype',
  'data',
];
const anyString = fc.string({ unit: 'binary', maxLength: 40 }).filter(isCloudEventString);
const nonEmpty = anyString.filter((value) => value !== '');
const extensionName = fc.stringMatching(names).filter((name) => !reserved.includes(name));
const integer = fc.integer({ min: -2147483648, max: 2147483647 });
const time = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Data that its type says the shape of, so that it must come back as it was. */
const content = fc.oneof(
  fc.constant({}),
  fc.record({
    datacontenttype: fc.constantFrom('application/json', 'a/b+json; c="d e"'),
    data: fc.jsonValue({ maxDepth: 5 }),
  }),
  fc.record({
    datacontenttype: fc.constant('text/plain; charset=utf-8'),
    data: fc.string({ unit: 'binary', minLength: 1 }).filter((value) => !/\p{Cs}/u.test(value)),
  }),
  fc.record({
    datacontenttype: fc.constantFrom('image/png', 'application/xml'),
    data: fc.uint8Array({ minLength: 1 }),
  }),
  fc.record({ data: fc.uint8Array({ minLength: 1 }) }),
);
const optional = { subject: nonEmpty, time, dataschema: fc.webUrl({ withQueryParameters: true }) };
const attributes = fc.record(
  {
    specversion: fc.constant('1.0' as const),
    id: nonEmpty,
    source: fc.oneof(
      fc.webUrl({ withFragments: true }),
      fc.webPath().filter((path) => path !== ''),
    ),
    type: nonEmpty,
    ...optional,
    extensions: fc.dictionary(extensionName, fc.oneof(anyString, fc.boolean(), integer), {
      minKeys: 1,
      maxKeys: 5,
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ['specversion', 'id', 'source', 'type'] },
);
const anyEvent = fc
  .tuple(attributes, content)
  .map(([context, payload]): CloudEvent => ({ ...context, ...payload }));

/** JSON has no negative zero. */
const normalize = (data: unknown): unknown =>
  data === undefined || data instanceof Uint8Array ? data : JSON.parse(JSON.stringify(data));

describe('there and back', () => {
  it.each(['structured', 'binary'] as const)('%s mode', (mode) => {
    fc.assert(
      fc.property(anyEvent, fc.boolean(), (event, strict) => {
        const result = decodeCloudEvent(encodeCloudEvent(event, mode), { strict });
        if (!result.ok || result.mode === 'batch') expect.fail(JSON.stringify(result));
        expect(result.mode).toBe(mode);
        expect(result.warnings).toEqual([]);
        const { data, extensions, ...rest } = result.event;
        const { data: wantedData, extensions: wanted, ...wantedRest } = event;
        expect(rest).toEqual(wantedRest);
        // Headers have no types: all extensions are strings there.
        const texts = Object.entries(wanted ?? {}).map(([name, value]) => [
          name,
          mode === 'binary' ? String(value) : value,
        ]);
        expect({ ...extensions }).toEqual(Object.fromEntries(texts));
        expect(data).toEqual(normalize(wantedData));
        expect('data' in result.event).toBe('data' in event);
      }),
      { seed: 42, numRuns: 1500 },
    );
  });

  it('header values are printable ASCII, and what is decoded can be encoded again', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { headers, body } = encodeCloudEvent(event, 'binary');
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
        const result = decodeCloudEvent({ headers: new Headers(headers), body });
        if (!result.ok || result.mode === 'batch') expect.fail(JSON.stringify(result));
        expect(encodeCloudEvent(result.event, 'binary')).toEqual({ headers, body });
      }),
      { seed: 43, numRuns: 500 },
    );
  });
});
