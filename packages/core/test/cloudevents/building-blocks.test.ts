import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/cloudevents/base64.js';
import { decodeHeaderValue } from '../../src/cloudevents/header-value.js';
import { parseJsonBody } from '../../src/cloudevents/json-body.js';
import { isJsonMediaType, mediaTypeEssence, parseMediaType } from '../../src/cloudevents/media-type.js';
import { isCloudEventString } from '../../src/cloudevents/string-value.js';
import { isAbsoluteUri, isUriReference } from '../../src/cloudevents/uri.js';
import { collectHeaders, type HeadersInput } from '../../src/http/collect-headers.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('collectHeaders', () => {
  const pairs = [
    ['Host', 'a'],
    ['CE-Id', '1'],
    ['x-Other', ''],
    ['ce-id', '2'],
    ['X-OTHER', 'b'],
    ['ce-ID', '3'],
  ] as const;

  it('keeps the first value, and the names that came again', () => {
    const { values, repeated, cloudEventNames } = collectHeaders(pairs);
    expect({ ...values }).toEqual({ host: 'a', 'ce-id': '1', 'x-other': '' });
    expect(repeated).toEqual(['ce-id', 'x-other']);
    expect(cloudEventNames).toEqual(['ce-id']);
  });

  it.each<[string, HeadersInput]>([
    [
      'pairs',
      [
        ['Ce-Id', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a generator',
      (function* () {
        yield ['Ce-Id', '1'] as const;
        yield ['b', '2'] as const;
      })(),
    ],
    [
      'a Map',
      new Map([
        ['Ce-Id', '1'],
        ['b', '2'],
      ]),
    ],
    ['a Headers', new Headers({ 'Ce-Id': '1', b: '2' })],
    [
      'what only looks like a Headers',
      {
        entries: () =>
          new Map([
            ['Ce-Id', '1'],
            ['b', '2'],
          ]),
      },
    ],
    ['names and values in turn', ['Ce-Id', '1', 'b', '2']],
    ['a list that ends with a name', ['Ce-Id', '1', 'b', '2', 'c']],
    ['an object', { 'Ce-Id': '1', b: ['2'], c: undefined, d: [] }],
  ])('takes %s', (_, input) => {
    const { values, repeated } = collectHeaders(input);
    expect({ ...values }).toEqual({ 'ce-id': '1', b: '2' });
    expect(repeated).toBeUndefined();
  });

  it('a list of two values is a repeated header', () => {
    const { values, repeated } = collectHeaders({ 'ce-id': ['1', '2'] });
    expect(values['ce-id']).toBe('1');
    expect(repeated).toEqual(['ce-id']);
  });

  it('inherits nothing, and no name can change that', () => {
    const { values } = collectHeaders([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.entries(values)[0]?.[1]).toBe('x');
    expect(values['constructor']).toBe('y');
    expect(collectHeaders([]).values['toString']).toBeUndefined();
    expect('__proto__' in collectHeaders([]).values).toBe(false);
    expect(
      Object.keys(
        collectHeaders([
          ['b', '1'],
          ['a', '2'],
        ]).values,
      ),
    ).toEqual(['b', 'a']);
  });

  it.each([
    null,
    undefined,
    5,
    'text',
    [null, 5, [], ['a'], ['b', 5], [5, 'c'], {}, 'xy'],
    { a: 5, b: {}, c: null, d: [1, null] },
  ])('passes over %j', (input) =>
    expect({ ...collectHeaders(input as unknown as HeadersInput).values }).toEqual({}),
  );
});

describe('media types', () => {
  it.each([
    ['text/plain', 'text/plain', {}],
    ['Text/X-Y; Charset="UTF-8"', 'text/x-y', { charset: 'UTF-8' }],
    ['a/b;c=d ; e="f\\"\\\\g;h=i" ;C=z', 'a/b', { c: 'd', e: 'f"\\g;h=i' }],
    ['a/b; x=";charset=utf-16"', 'a/b', { x: ';charset=utf-16' }],
    ['a/b;;c=d;', 'a/b', { c: 'd' }],
    ['a/b;__proto__=c', 'a/b', { ['__proto__']: 'c' }],
  ])('%s', (text, essence, parameters) => {
    const type = parseMediaType(text);
    expect(type?.essence).toBe(essence);
    expect(Object.entries(type?.parameters ?? {})).toEqual(Object.entries(parameters));
  });

  it.each([
    '',
    'a',
    'a/',
    '/b',
    'a/b/c',
    'a b/c',
    'a/b c',
    'a/b;c',
    'a/b;c=',
    'a/b;=d',
    'a/b;c="d',
    'a/b;c=d e=f',
    'a/b ',
    ' a/b',
    'a/b; ',
    'a/è',
    'a/b;c="è"',
    'a/b\n',
    'a/b;c="\n"',
    `a/${'b'.repeat(65_536)}`,
  ])('%j is none', (text) => expect(parseMediaType(text)).toBeUndefined());

  it('finds JSON by the suffix', () => {
    for (const yes of ['application/json', 'a/B+JSON ; x', 'text/json', 'x/json;'])
      expect(isJsonMediaType(yes), yes).toBe(true);
    for (const no of ['json', 'a/jsonx', 'a/json-seq', 'a/xjson', 'a/json+xml', ''])
      expect(isJsonMediaType(no), no).toBe(false);
    expect(mediaTypeEssence(' A/B ;c')).toBe('a/b');
  });
});

describe('URIs', () => {
  it.each(
    [
      'http://a',
      'http://a:80/b?c#d',
      'http://u:p@h:/',
      'a:',
      'a+.-1:b',
      '',
      '?',
      '#',
      '//',
      '///a',
      'a/b:c',
      './a:b',
      '%20',
      "/!$&'()*+,;=:@",
      'http://[1:2:3:4:5:6:7:8]',
      'http://[::]',
      'http://[1::]',
      'http://[::ffff:1.2.3.4]:1',
      'http://[v1.a:b]/',
      'http://a?[',
      'file:///c',
    ].filter((text) => text !== 'http://a?['),
  )('%j is a reference', (text) => expect(isUriReference(text)).toBe(true));

  it.each([
    ' ',
    'a b',
    '%',
    '%2',
    '%g0',
    '\n',
    'é',
    '"',
    '<',
    '1a:b',
    ':a',
    'a#b#c',
    '[',
    'a]',
    'http://a?[',
    'http://[::1',
    'http://::1]',
    'http://[]',
    'http://[1::2::3]',
    'http://[1:2:3:4:5:6:7]',
    'http://[1:2:3:4:5:6:7:8:9]',
    'http://[12345::]',
    'http://[::256.1.1.1]',
    'http://[v1]',
    'http://[vg.a]',
    'http://[fe80::1%25en0]',
    'http://a@b@c',
    'http://a:b',
    'http://a:1:2',
    'http://[::1]a',
  ])('%j is none', (text) => expect(isUriReference(text)).toBe(false));

  it('an absolute one has a scheme and no fragment', () => {
    for (const yes of ['a:', 'urn:a:b', 'https://a/b?c']) expect(isAbsoluteUri(yes), yes).toBe(true);
    for (const no of ['', '/a', '//a', 'https://a#', 'a b:c']) expect(isAbsoluteUri(no), no).toBe(false);
  });
});

describe('JSON bodies', () => {
  it('counts the levels of what is open at once', () => {
    expect(parseJsonBody(bytesOf('[[],[],{"a":[]}]'), 3)).toEqual({ ok: true, value: [[], [], { a: [] }] });
    expect(parseJsonBody(bytesOf('[[],[],{"a":[]}]'), 2)).toEqual({ ok: false, reason: 'too-deep' });
    expect(parseJsonBody(bytesOf('1'), 0)).toEqual({ ok: true, value: 1 });
  });

  it.each([
    ['{"a":1,"a":1}', 'duplicate-member'],
    ['[{"a":1},{"a":1,"b":{},"a":2}]', 'duplicate-member'],
    ['{"\\"a":1,"\\"a":1}', 'duplicate-member'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate-member'],
    ['{"è":1,"è":2}', 'duplicate-member'],
    ['[[{"a":1,"a":1}]]', undefined],
    ['{"a:":":","b":"\\\\"}', undefined],
    ['{"a":{"b":1},"b":[{"c":1}]}', undefined],
    ['[{"a":1},{"a":1},null,5,[]]', undefined],
    ['null', undefined],
    ['"a:"', undefined],
  ])('%s', (text, reason) => {
    const result = parseJsonBody(bytesOf(text), 64);
    expect(result.ok ? undefined : result.reason).toBe(reason);
    expect(parseJsonBody(bytesOf(text), 64, { allowDuplicateMembers: true })).toEqual({
      ok: true,
      value: JSON.parse(text),
    });
  });
});

describe('strings and header values', () => {
  it('a header value is told apart by its result', () => {
    expect(decodeHeaderValue('plain', true)).toEqual({ ok: true, value: 'plain' });
    expect(decodeHeaderValue('', true)).toEqual({ ok: true, value: '' });
    expect(decodeHeaderValue('1%', false)).toEqual({
      ok: true,
      value: '1%',
      warning: 'bad-percent-encoding',
    });
    expect(decodeHeaderValue('1%', true)).toEqual({ ok: false, reason: 'bad-percent-encoding' });
  });

  it('checks every code point against the definition', () => {
    for (let code = 0; code <= 0x10ffff; code += code < 0x11000 ? 1 : code % 0x10000 < 0xfff0 ? 97 : 1) {
      const control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
      const noncharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
      const surrogate = code >= 0xd800 && code <= 0xdfff;
      if (isCloudEventString(String.fromCodePoint(code)) === (control || noncharacter || surrogate))
        expect.fail(code.toString(16));
    }
  });

  it('base64 of all lengths there and back', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 89 + length) % 256);
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
    }
  });
});
