/** How the two modes take one value. A reason alone means both refuse it. */
export interface Neighbour {
  readonly name: string;
  /** Headers that replace or join the usual ones; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>> | readonly (readonly [string, string])[];
  /** Members that replace or join the usual ones: makes the message structured. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The whole body, text or bytes. */
  readonly body?: string | Uint8Array;
  readonly batch?: boolean;
  /** The outcome in both modes, or one for each. A string is a reason; an object is part of the event. */
  readonly expect: Outcome | { readonly default: Outcome; readonly strict: Outcome };
  readonly attribute?: string;
  readonly status?: number;
  /** Reason of the one warning that the default mode gives. */
  readonly warning?: string;
}

/** `undefined` for a member means that it must be absent. */
export type Outcome = string | { readonly has: Readonly<Record<string, unknown>> };

const has = (attributes: Readonly<Record<string, unknown>>): Outcome => ({ has: attributes });
const subject = (
  value: string,
  expected: Outcome | Neighbour['expect'],
  name: string,
  warning?: string,
): Neighbour => ({
  name: `subject: ${name}`,
  headers: { 'ce-subject': value },
  expect: expected,
  ...(typeof expected === 'string' ? { attribute: 'subject' } : {}),
  ...(warning === undefined ? {} : { warning }),
});
const lenient = (accepted: Readonly<Record<string, unknown>>, strict: string) => ({
  default: has(accepted),
  strict,
});

export const headerValues: readonly Neighbour[] = [
  subject('%e2%82%ac', has({ subject: '€' }), 'lower-case digits'),
  subject('%41%62c', has({ subject: 'Abc' }), 'needless escapes'),
  subject('a+b', has({ subject: 'a+b' }), 'plus stays a plus'),
  subject('"a b"', has({ subject: 'a b' }), 'quoted-string'),
  subject('"a\\"b\\\\c"', has({ subject: 'a"b\\c' }), 'escapes in a quoted-string'),
  subject('""', 'empty', 'empty quoted-string'),
  subject('"%22"', has({ subject: '"' }), 'unquoted first, decoded after'),
  subject('a "b" c', has({ subject: 'a "b" c' }), 'quotes inside'),
  subject('"a" and "b"', has({ subject: '"a" and "b"' }), 'two quoted parts are not one quoted-string'),
  subject('{"a": 5}', has({ subject: '{"a": 5}' }), 'raw JSON'),
  subject('a b', has({ subject: 'a b' }), 'raw space'),
  subject('"abc', 'bad-quoting', 'unterminated'),
  subject('"abc\\"', 'bad-quoting', 'closing quote escaped'),
  subject('"', 'bad-quoting', 'lone quote'),
  subject('\\"abc', has({ subject: '\\"abc' }), 'backslash outside quotes is a backslash'),
  subject('%ED%A0%80', 'invalid-utf8', 'encoded surrogate'),
  subject('%E2%82', 'invalid-utf8', 'truncated sequence'),
  subject('%80', 'invalid-utf8', 'lone continuation byte'),
  subject('%C0%80', 'invalid-utf8', 'overlong zero'),
  subject('%FF', 'invalid-utf8', 'byte that UTF-8 never has'),
  subject(
    '100%',
    lenient({ subject: '100%' }, 'bad-percent-encoding'),
    'stray percent',
    'bad-percent-encoding',
  ),
  subject('%zz%20%', lenient({ subject: '%zz %' }, 'bad-percent-encoding'), 'mixed', 'bad-percent-encoding'),
  subject(
    '%%41',
    lenient({ subject: '%A' }, 'bad-percent-encoding'),
    'percent before escape',
    'bad-percent-encoding',
  ),
  subject('a%00b', 'bad-char', 'encoded NUL'),
  subject('a%0D%0Ab', 'bad-char', 'encoded line break'),
  subject('%7F', 'bad-char', 'encoded DEL'),
  subject('a\tb', 'bad-char', 'raw tab inside'),
  subject('%EF%BF%BE', 'bad-char', 'noncharacter U+FFFE'),
  subject('%EF%B7%90', 'bad-char', 'noncharacter U+FDD0'),
  subject('%F4%8F%BF%BF', 'bad-char', 'noncharacter U+10FFFF'),
  subject('%F4%8F%BF%BD', has({ subject: '\u{10fffd}' }), 'highest character'),
  subject('%EF%BB%BFa', has({ subject: '\ufeffa' }), 'byte order mark is a character'),
  subject('%EF%BF%BD', has({ subject: '\ufffd' }), 'replacement character itself'),
  subject('%C2%A0', has({ subject: '\u00a0' }), 'first character after the C1 controls'),
  subject(
    'caff\u00c3\u00a8',
    lenient({ subject: 'caffè' }, 'non-ascii-header'),
    'raw UTF-8',
    'non-ascii-header',
  ),
  subject(
    'caffè €',
    lenient({ subject: 'caffè €' }, 'non-ascii-header'),
    'decoded by the runtime',
    'non-ascii-header',
  ),
  subject('\u0080', 'non-ascii-header', 'raw byte alone'),
  subject(' \t padded \t ', has({ subject: 'padded' }), 'outer whitespace'),
  subject('%20kept%20', has({ subject: ' kept ' }), 'encoded outer spaces stay'),
  subject('', 'empty', 'empty'),
  subject('   ', 'empty', 'only whitespace'),
  {
    name: 'specversion is decoded',
    headers: { 'ce-specversion': '1%2E0' },
    expect: has({ specversion: '1.0' }),
  },
  {
    name: 'specversion is unquoted',
    headers: { 'ce-specversion': '"1.0"' },
    expect: has({ specversion: '1.0' }),
  },
  {
    name: 'time is decoded',
    headers: { 'ce-time': '2023-04-04T12%3A54%3A21Z' },
    expect: has({ time: '2023-04-04T12:54:21Z' }),
  },
];

export const headerNames: readonly Neighbour[] = [
  ...['my-ext', 'my_ext', 'my.ext', '', 'data_base64', 'data', 'è'].map((name) => ({
    name: `ce-${name} is no attribute`,
    headers: { [`ce-${name}`]: 'v' },
    expect: { default: has({ [name]: undefined, data: { ok: true } }), strict: 'invalid-name' },
    attribute: name,
    warning: 'invalid-name',
  })),
  ...['constructor', 'validate', 'tostring', '1abc', 'a', 'x'.repeat(64), 'dataref', 'extensions'].map(
    (name) => ({
      name: `ce-${name} is an extension`,
      headers: { [`ce-${name}`]: 'v' },
      expect: has({ [name]: 'v' }),
    }),
  ),
  { name: 'an extension may be empty', headers: { 'ce-myext': '' }, expect: has({ myext: '' }) },
  {
    name: 'extensions are strings',
    headers: { 'ce-a': 'true', 'ce-b': '1' },
    expect: has({ a: 'true', b: '1' }),
  },
  ...['ce-id', 'ce-subject', 'ce-myext'].map((name) => ({
    name: `${name} twice`,
    headers: [
      [name, 'a'],
      [name.toUpperCase(), 'a'],
    ] as const,
    expect: 'duplicate-header',
    attribute: name.slice(3),
  })),
  {
    name: 'Content-Type twice',
    headers: [['content-type', 'application/json']],
    expect: 'duplicate-header',
    attribute: 'datacontenttype',
  },
  {
    name: 'another header twice',
    headers: [
      ['via', 'a'],
      ['via', 'b'],
    ],
    expect: has({ id: 'evt-1' }),
  },
  {
    name: 'a name that is dropped, twice',
    headers: [
      ['ce-my-ext', 'a'],
      ['ce-my-ext', 'b'],
    ],
    expect: lenient({ id: 'evt-1' }, 'invalid-name'),
    warning: 'invalid-name',
  },
  {
    name: 'cex is no ce- header',
    headers: { cex: '1', 'x-ce-id': '2' },
    expect: has({ id: 'evt-1', x: undefined }),
  },
];

export const requiredAttributes: readonly Neighbour[] = [
  ...['type', 'source'].map((name) => ({
    name: `without ${name}`,
    headers: { [`ce-${name}`]: undefined },
    expect: 'missing',
    attribute: name,
    status: 400,
  })),
  ...['id', 'type', 'specversion'].map((name) => ({
    name: `empty ${name}`,
    headers: { [`ce-${name}`]: '' },
    expect: 'empty',
    attribute: name,
  })),
  ...['0.3', '1.1', '2.0', '1', '1.0.0', '01.0', 'v1.0'].map((version) => ({
    name: `specversion ${version}`,
    headers: { 'ce-specversion': version },
    expect: 'unsupported-specversion',
    attribute: 'specversion',
    status: 400,
  })),
  ...[
    '/a',
    'a',
    '.',
    '?q',
    '#f',
    '//h/p',
    'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66',
    'mailto:a@b',
    'https://[::1]:8/',
  ].map((source) => ({
    name: `source ${source}`,
    headers: { 'ce-source': source },
    expect: has({ source }),
  })),
  ...[
    '%C3%A8',
    'a\\b',
    'a|b',
    'a^b',
    '<a>',
    '{a}',
    'a`b',
    '1a:b',
    'http://h:8x/',
    'http://[::1',
    'a#b#c',
    '%25zz',
  ].map((source) => ({
    name: `source ${source}`,
    headers: { 'ce-source': source },
    // In these the sender forgot to escape the escape: what it sent is a legal URI as it stands.
    ...(source === '%C3%A8' || source === '%25zz'
      ? { expect: lenient({ source }, 'invalid-uri-reference'), warning: 'invalid-uri-reference' }
      : { expect: 'invalid-uri-reference' }),
    attribute: 'source',
  })),
  {
    name: 'a source with escapes that were not escaped again',
    headers: { 'ce-source': 'https://ex.com/a%20b' },
    expect: lenient({ source: 'https://ex.com/a%20b' }, 'invalid-uri-reference'),
    warning: 'invalid-uri-reference',
    attribute: 'source',
  },
  {
    name: 'a schema with escapes that were not escaped again',
    headers: { 'ce-dataschema': 'https://ex.com/%C3%A8' },
    expect: lenient({ dataschema: 'https://ex.com/%C3%A8' }, 'invalid-uri'),
    warning: 'invalid-uri',
    attribute: 'dataschema',
  },
  { name: 'a source whose escapes are latin-1', headers: { 'ce-source': '/%E8' }, expect: 'invalid-utf8' },
  {
    name: 'dataschema',
    headers: { 'ce-dataschema': 'https://e.com/s?v=1' },
    expect: has({ dataschema: 'https://e.com/s?v=1' }),
  },
  {
    name: 'relative dataschema',
    headers: { 'ce-dataschema': '/s.json' },
    expect: 'invalid-uri',
    attribute: 'dataschema',
  },
  { name: 'empty dataschema', headers: { 'ce-dataschema': '' }, expect: 'empty', attribute: 'dataschema' },
  {
    name: 'id with spaces, colons and unicode',
    headers: { 'ce-id': '1: %E2%82%AC' },
    expect: has({ id: '1: €' }),
  },
  {
    name: 'absent time stays absent',
    expect: has({ time: undefined, subject: undefined, dataschema: undefined }),
  },
];

export const binaryBodies: readonly Neighbour[] = [
  { name: 'JSON null', body: 'null', expect: has({ data: null }) },
  { name: 'JSON 0', body: '0', expect: has({ data: 0 }) },
  { name: 'JSON false', body: 'false', expect: has({ data: false }) },
  { name: 'JSON empty string', body: '""', expect: has({ data: '' }) },
  { name: 'JSON string of JSON is not parsed again', body: '"{}"', expect: has({ data: '{}' }) },
  {
    name: 'empty body is no data',
    body: '',
    expect: has({ data: undefined, datacontenttype: 'application/json' }),
  },
  { name: 'byte order mark', body: '\ufeff{"a":1}', expect: has({ data: { a: 1 } }) },
  { name: 'two byte order marks', body: '\ufeff\ufeff{}', expect: 'malformed-json' },
  { name: 'only whitespace', body: ' \n', expect: 'malformed-json', status: 400 },
  { name: 'truncated JSON', body: '{"a":', expect: 'malformed-json' },
  { name: 'JSON and more', body: '{} x', expect: 'malformed-json' },
  {
    name: 'duplicate members in the data are the data’s affair',
    body: '{"a":1,"a":2}',
    expect: has({ data: { a: 2 } }),
  },
  { name: '64 levels', body: '['.repeat(64) + ']'.repeat(64), expect: has({ id: 'evt-1' }) },
  { name: '65 levels', body: '['.repeat(65) + ']'.repeat(65), expect: 'too-deep', status: 400 },
  { name: '100,000 levels', body: '{"a":'.repeat(100_000), expect: 'too-deep' },
  {
    name: 'brackets in strings are no levels',
    body: `"${'['.repeat(99)}\\"{"`,
    expect: has({ id: 'evt-1' }),
  },
  ...['UTF-8', '"utf-8"', 'utf8', 'us-ascii'].map((charset) => ({
    name: `JSON, charset=${charset}`,
    headers: { 'content-type': `application/json; charset=${charset}` },
    expect: has({ data: { ok: true } }),
  })),
  ...['utf-16', 'iso-8859-1'].map((charset) => ({
    name: `JSON, charset=${charset}`,
    headers: { 'content-type': `application/json;charset=${charset}` },
    expect: 'unsupported-charset',
    status: 415,
  })),
  ...['text/json', 'image/svg.x+json', 'application/problem+json; a="b;c"', 'APPLICATION/JSON'].map(
    (type) => ({
      name: `${type} is JSON`,
      headers: { 'content-type': type },
      expect: has({ data: { ok: true }, datacontenttype: type }),
    }),
  ),
  ...['application/json-seq', 'application/jsonp', 'application/xml', 'application/octet-stream', 'x/y'].map(
    (type) => ({
      name: `${type} is bytes`,
      headers: { 'content-type': type },
      body: '[]',
      expect: has({ data: Uint8Array.of(91, 93) }),
    }),
  ),
  {
    name: 'no Content-Type: bytes, and no type made up',
    headers: { 'content-type': undefined },
    body: '{}',
    expect: has({ data: Uint8Array.of(123, 125), datacontenttype: undefined }),
  },
  {
    name: 'no Content-Type and no body',
    headers: { 'content-type': undefined },
    body: '',
    expect: has({ data: undefined }),
  },
  {
    name: 'text',
    headers: { 'content-type': 'text/plain' },
    body: '\ufeffcaffè',
    expect: has({ data: '\ufeffcaffè' }),
  },
  {
    name: 'text in latin-1',
    headers: { 'content-type': 'text/plain; charset=ISO-8859-1' },
    body: Uint8Array.of(0x63, 0xe8),
    expect: has({ data: 'cè' }),
  },
  {
    name: 'text in a charset of nobody',
    headers: { 'content-type': 'text/plain; charset=klingon' },
    expect: 'unsupported-charset',
    status: 415,
  },
  {
    name: 'text that is not UTF-8',
    headers: { 'content-type': 'text/csv' },
    body: Uint8Array.of(0xe8),
    expect: 'invalid-utf8-body',
  },
  ...[
    '',
    'json',
    'application/',
    '/json',
    'a b/c',
    'application/json charset=utf-8',
    'text/plain; a',
    'text/plain; a="b',
    'a/b, c/d',
  ].map((type) => ({
    name: `Content-Type "${type}"`,
    headers: { 'content-type': type },
    expect: 'invalid-media-type',
    attribute: 'datacontenttype',
  })),
];

const structured = (contentType: string) => ({ 'content-type': contentType });

export const modes: readonly Neighbour[] = [
  ...[
    'Application/CloudEvents+JSON',
    'application/cloudevents+json ; charset="UTF-8"',
    ' application/cloudevents+json;x=y',
  ].map((type) => ({ name: type, headers: structured(type), members: {}, expect: has({ id: 'evt-1' }) })),
  ...[
    'application/cloudevents',
    'application/cloudevents+avro',
    'application/cloudevents+xml',
    'application/cloudevents; charset=utf-8',
    'application/cloudeventsx+json',
    'application/cloudevents+jsonx',
    'APPLICATION/CLOUDEVENTS+PROTOBUF',
  ].map((type) => ({
    name: `${type}, with ce-* headers beside it`,
    headers: structured(type),
    expect: 'unsupported-event-format',
    status: 415,
  })),
  {
    name: 'not an event',
    headers: {
      'ce-id': undefined,
      'ce-type': undefined,
      'ce-source': undefined,
      'ce-specversion': undefined,
      'ce-x': '1',
    },
    expect: 'not-a-cloudevent',
    status: 415,
  },
  ...[
    ['ce-id', 'other', 'id'],
    ['ce-nobody', 'x', 'nobody'],
    ['ce-subject', 'x', 'subject'],
    ['ce-id', '%ff', 'id'],
    ['ce-data', '1', 'data'],
  ].map(([name = '', value = '', attribute = '']) => ({
    name: `${name}: ${value} beside a structured body`,
    headers: {
      'ce-specversion': undefined,
      'ce-type': undefined,
      'ce-source': undefined,
      'ce-id': undefined,
      [name]: value,
    },
    members: { data: { ok: true } },
    expect: lenient({ id: 'evt-1', data: { ok: true }, nobody: undefined }, 'header-body-mismatch'),
    attribute,
    warning: 'header-body-mismatch',
  })),
  {
    name: 'copies that agree, of each type',
    headers: { 'ce-num': '5', 'ce-flag': 'true', 'ce-text': 'a%20b', 'ce-datacontenttype': 'text/plain' },
    members: { num: 5, flag: true, text: 'a b', datacontenttype: 'text/plain', data: 'x' },
    expect: has({ num: 5, flag: true, text: 'a b' }),
  },
  {
    name: 'a copy twice',
    headers: [['ce-id', 'evt-1']],
    members: {},
    expect: lenient({ id: 'evt-1' }, 'duplicate-header'),
    warning: 'duplicate-header',
  },
];

export const jsonEvents: readonly Neighbour[] = [
  ...['id', 'source', 'type', 'specversion'].map((name) => ({
    name: `without ${name}`,
    members: { [name]: undefined },
    expect: 'missing',
    attribute: name,
  })),
  ...[
    ['specversion', 1],
    ['source', {}],
    ['type', true],
    ['time', 1680605661],
    ['subject', ['a']],
    ['datacontenttype', 5],
    ['dataschema', false],
    ['myext', {}],
    ['myext', []],
    ['myext', 2147483648],
    ['myext', -2147483649],
    ['myext', 1e100],
    ['data_base64', 5],
  ].map(([name, value]) => ({
    name: `${name} is ${JSON.stringify(value)}`,
    members: { [String(name)]: value },
    expect: 'wrong-type',
    attribute: String(name),
  })),
  ...[
    ['id', '', 'empty'],
    ['subject', '', 'empty'],
    ['source', '', 'empty'],
    ['source', 'a b', 'invalid-uri-reference'],
    ['source', 'caffè', 'invalid-uri-reference'],
    ['time', 'yesterday', 'invalid-timestamp'],
    ['time', '', 'invalid-timestamp'],
    ['datacontenttype', '', 'invalid-media-type'],
    ['datacontenttype', 'json', 'invalid-media-type'],
    ['datacontenttype', ' text/plain', 'invalid-media-type'],
    ['datacontenttype', 'text/plain ', 'invalid-media-type'],
    ['dataschema', 'x', 'invalid-uri'],
    ['specversion', '1.0.2', 'unsupported-specversion'],
    ['id', 'a\nb', 'bad-char'],
    ['id', '\ud800', 'bad-char'],
    ['id', '\udc00\ud800', 'bad-char'],
    ['myext', '\u0085', 'bad-char'],
    ['data_base64', 'AQ', 'invalid-base64'],
    ['data_base64', 'AQ=', 'invalid-base64'],
    ['data_base64', 'A===', 'invalid-base64'],
    ['data_base64', 'AQ==AQ==', 'invalid-base64'],
    ['data_base64', '_-8=', 'invalid-base64'],
    ['data_base64', 'AQ\n==', 'invalid-base64'],
  ].map(([name = '', value, reason = '']) => ({
    name: `${name} is ${JSON.stringify(value)}`,
    members: { [name]: value },
    expect: reason,
    attribute: name,
  })),
  ...['subject', 'time', 'datacontenttype', 'dataschema', 'myext', 'data_base64'].map((name) => ({
    name: `${name}: null is absent`,
    members: { [name]: null },
    expect: has({ [name]: undefined, data: undefined }),
  })),
  ...['MyExt', 'my-ext', 'my_ext', '', '\n', '__proto__', 'toString'].map((name) => ({
    name: `member ${JSON.stringify(name)}`,
    body: `{"specversion":"1.0","id":"evt-1","type":"t","source":"/s",${JSON.stringify(name)}:{"polluted":true}}`,
    members: {},
    expect: { default: has({ id: 'evt-1' }), strict: 'invalid-name' },
    attribute: name,
    warning: 'invalid-name',
  })),
  {
    name: 'extensions of each type, at the limits',
    members: { a: true, b: false, c: 2147483647, d: -2147483648, e: '', f: 0, constructor: 'x' },
    expect: has({ a: true, b: false, c: 2147483647, d: -2147483648, e: '', f: 0, constructor: 'x' }),
  },
  { name: 'data null', members: { data: null }, expect: has({ data: null }) },
  { name: 'data 0', members: { data: 0 }, expect: has({ data: 0 }) },
  { name: 'data empty string', members: { data: '' }, expect: has({ data: '' }) },
  {
    name: 'data a string of JSON',
    members: { data: '{}', datacontenttype: 'a/b+json; c=d' },
    expect: has({ data: '{}' }),
  },
  { name: 'no data', members: {}, expect: has({ data: undefined }) },
  { name: 'type without data', members: { datacontenttype: 'text/plain' }, expect: has({ data: undefined }) },
  { name: 'text', members: { datacontenttype: 'text/plain', data: 'x' }, expect: has({ data: 'x' }) },
  ...[{}, 5, null, true].map((data) => ({
    name: `${JSON.stringify(data)} under text/plain`,
    members: { datacontenttype: 'text/plain', data },
    expect: 'data-not-string',
    attribute: 'data',
  })),
  { name: 'both data', members: { data: 1, data_base64: 'AQ==' }, expect: 'data-and-data_base64' },
  {
    name: 'data null and data_base64',
    members: { data: null, data_base64: 'AQ==' },
    expect: 'data-and-data_base64',
  },
  { name: 'data and data_base64 null', members: { data: 1, data_base64: null }, expect: has({ data: 1 }) },
  {
    name: 'base64 without a type',
    members: { data_base64: 'e30=' },
    expect: has({ data: Uint8Array.of(123, 125) }),
  },
  {
    name: 'base64 under a JSON type stays bytes',
    members: { data_base64: 'e30=', datacontenttype: 'application/json' },
    expect: has({ data: Uint8Array.of(123, 125) }),
  },
  ...['null', '5', '"x"', 'true'].map((body) => ({
    name: `the event is ${body}`,
    body,
    members: {},
    expect: 'not-an-object',
  })),
  ...['', '{', '{"id":}', "{'id':1}", '{"a":1,}'].map((body) => ({
    name: `malformed: ${body}`,
    body,
    members: {},
    expect: 'malformed-json',
  })),
  { name: 'invalid UTF-8', body: Uint8Array.of(0x7b, 0xff, 0x7d), members: {}, expect: 'invalid-utf8-body' },
  {
    name: 'duplicate member',
    body: '{"specversion":"1.0","id":"a","id":"b","type":"t","source":"/s"}',
    members: {},
    expect: 'duplicate-member',
    status: 400,
  },
  {
    name: 'duplicate member, one name escaped',
    body: '{"specversion":"1.0","id":"a","\\u0069d":"b","type":"t","source":"/s"}',
    members: {},
    expect: 'duplicate-member',
  },
  {
    name: 'duplicate members inside the data',
    body: ' {"specversion":"1.0","id":"a","type":"t","source":"/s","data":{"a":1,"a":{"b":1}}}',
    members: {},
    expect: has({ data: { a: { b: 1 } } }),
  },
  { name: 'too deep', members: { data: JSON.parse('['.repeat(64) + ']'.repeat(64)) }, expect: 'too-deep' },
];

const event = { specversion: '1.0', id: '1', type: 't', source: '/s' };
const batchOf = (...items: readonly unknown[]) => ({
  headers: { ...structured('application/cloudevents-batch+json') },
  body: JSON.stringify(items),
  batch: true,
});

export const batches: readonly Neighbour[] = [
  { ...batchOf(event), name: 'not asked for', batch: false, expect: 'batch-not-solicited', status: 415 },
  {
    ...batchOf(event),
    name: 'not asked for, in capitals',
    headers: structured('Application/CloudEvents-Batch+JSON'),
    batch: false,
    expect: 'batch-not-solicited',
  },
  { ...batchOf(), name: 'empty', expect: has({ events: [] }) },
  {
    ...batchOf(event, { ...event, id: '2' }),
    name: 'two',
    expect: has({ events: [event, { ...event, id: '2' }] }),
  },
  {
    ...batchOf(event, { ...event, specversion: '0.3' }),
    name: 'mixed versions',
    expect: 'batch-mixed-specversion',
    status: 400,
  },
  {
    ...batchOf({ ...event, specversion: '0.3' }),
    name: 'one old version',
    expect: 'unsupported-specversion',
  },
  { ...batchOf(event, 5), name: 'an item that is no object', expect: 'not-an-object' },
  { ...batchOf(event, [event]), name: 'a list in the list', expect: 'not-an-object' },
  { ...batchOf(null), name: 'null in the list', expect: 'not-an-object' },
  {
    ...batchOf(),
    name: 'a duplicate member in one of them',
    body: `[${JSON.stringify(event)},{"id":"1","id":"2","specversion":"1.0","type":"t","source":"/s"}]`,
    expect: 'duplicate-member',
  },
  { ...batchOf(), name: 'malformed', body: '[', expect: 'malformed-json' },
  {
    ...batchOf(),
    name: 'no suffix',
    headers: structured('application/cloudevents-batch'),
    expect: 'unsupported-event-format',
    status: 415,
  },
];
