import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import fc from 'fast-check';
import {
  applicationId,
  createSigningKey,
  encodeBase64Url,
  issuer,
  signingKey,
  sink,
} from '../support/sign-token.js';

/** The moment at which all generated tokens are judged, with a fraction of a second, as real clocks have. */
export const now = 1_700_000_000_400;
const nowInSeconds = Math.floor(now / 1000);

const otherKey = createSigningKey();
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
/** The order of P-256, SEC 2 section 2.4.2. */
const curveOrder = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** A token with the name of what was done to it, so that a run can show that everything was tried. */
export interface GeneratedToken {
  readonly token: string;
  readonly kinds: readonly string[];
}

interface Named<T> {
  readonly kind: string;
  readonly value: T;
}

function named<T>(kind: string, value: fc.Arbitrary<T>): fc.Arbitrary<Named<T>> {
  return value.map((one) => ({ kind, value: one }));
}

/** Any JSON value that a claim should not be, and some that it may be. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    true,
    false,
    '',
    ' ',
    [],
    {},
    0,
    -1,
    1.5,
    -0.5,
    8.64e12,
    8.64e12 - 1,
    -8.64e12,
    1e300,
    2 ** 53,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.integer().map(String),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(sink)), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }),
);

/** Seconds around all limits: the tolerance of a minute, the 24 hours of a stale token. */
const nearbySeconds = fc
  .tuple(
    fc.constantFrom(-86_460, -86_400, -10_800, -61, -60, -59, -1, 0, 1, 59, 60, 61, 10_800),
    fc.constantFrom(-1, 0, 0, 0, 0.2, 0.4, 0.6, 1),
  )
  .map(([offset, step]) => nowInSeconds + offset + step);

const audience = fc.constantFrom<unknown>(
  sink,
  [sink],
  ['https://other.example', sink],
  [sink, 5],
  [sink, ''],
  [sink, null],
  [[sink]],
  `${sink}/`,
  sink.toUpperCase(),
  `${sink} `,
  ['https://other.example'],
  { 0: sink, length: 1 },
);

const claimChange: fc.Arbitrary<Named<readonly [string, unknown]>> = fc.oneof(
  named(
    'odd claim',
    fc.tuple(fc.constantFrom('iss', 'aud', 'sub', 'jti', 'iat', 'exp', 'nbf', 'aid'), oddValue),
  ),
  named(
    'missing claim',
    fc.tuple(fc.constantFrom('iss', 'aud', 'sub', 'jti', 'iat', 'exp', 'aid'), fc.constant(undefined)),
  ),
  named('nearby date', fc.tuple(fc.constantFrom('iat', 'exp', 'nbf'), nearbySeconds)),
  named('audience', fc.tuple(fc.constant('aud'), audience)),
  named(
    'application',
    fc.tuple(fc.constant('aid'), fc.constantFrom<unknown>(1233, 1234.5, '1234', -1234, [1234])),
  ),
  named(
    'issuer',
    fc.tuple(fc.constant('iss'), fc.constantFrom<unknown>(`${issuer}/`, 'https://evil.example', [issuer])),
  ),
  named('more claims', fc.tuple(fc.constantFrom('scope', '__proto__', 'cnf', 'é😀'), oddValue)),
);

function goodClaims(): Record<string, unknown> {
  return {
    iss: issuer,
    aud: [sink],
    sub: 'company:108061',
    jti: `198:${randomUUID()}`,
    iat: nowInSeconds,
    exp: nowInSeconds + 10_800,
    aid: applicationId,
  };
}

/** Header members beside `alg`, or in its place. */
const headerChange: fc.Arbitrary<Named<Readonly<Record<string, unknown>>>> = fc.oneof(
  named(
    'crit',
    fc.constantFrom<Record<string, unknown>>(
      { crit: ['exp'], exp: 1 },
      { crit: ['b64'], b64: true },
      { crit: ['b64'], b64: false },
      { crit: [] },
      { crit: null },
    ),
  ),
  named('b64', fc.constantFrom({ b64: true }, { b64: false })),
  named(
    'kid',
    fc.oneof(fc.string(), fc.integer()).map((kid) => ({ kid })),
  ),
  named(
    'key in header',
    fc.constantFrom<Record<string, unknown>>(
      { jwk: otherKey.publicKey.export({ format: 'jwk' }) },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/cert.pem' },
      { x5c: ['AAAA'] },
    ),
  ),
  named(
    'typ',
    oddValue.map((typ) => ({ typ })),
  ),
  named(
    'alg',
    fc
      .constantFrom<unknown>(
        'none',
        'None',
        'HS256',
        'ES384',
        'RS256',
        'es256',
        'ES256K',
        'EdDSA',
        '',
        null,
        ['ES256'],
        256,
      )
      .map((alg) => ({ alg })),
  ),
  named('no alg', fc.constant({ alg: undefined })),
);

type Edit = (text: string) => string;

/** Odd forms of one base64url part. Those made before signing are covered by the signature. */
const encodingEdit: fc.Arbitrary<Named<Edit>> = fc.oneof(
  named(
    'padding',
    fc.constantFrom<Edit>(
      (part) => `${part}=`,
      (part) => `${part}==`,
      (part) => part.padEnd(Math.ceil(part.length / 4) * 4, '='),
    ),
  ),
  named(
    'white space',
    fc.tuple(fc.nat(), fc.constantFrom('\n', ' ', '\t', '\r\n')).map(([at, space]): Edit => {
      return (part) => insert(part, at, space);
    }),
  ),
  named(
    'other alphabet',
    fc.constantFrom<Edit>((part) => part.replaceAll('-', '+').replaceAll('_', '/')),
  ),
  named(
    'last bits',
    fc.integer({ min: 1, max: 15 }).map(
      (bits): Edit =>
        (part) =>
          changeLastBits(part, bits),
    ),
  ),
  named(
    'unicode',
    fc
      .tuple(fc.nat(), fc.constantFrom('é', '😀', '\u0000', '\u200b', 'Ａ', '%41'))
      .map(([at, text]): Edit => {
        return (part) => insert(part, at, text);
      }),
  ),
  named(
    'very long',
    fc.integer({ min: 10_000, max: 40_000 }).map(
      (length): Edit =>
        (part) =>
          part + 'A'.repeat(length),
    ),
  ),
);

function insert(text: string, at: number, addition: string): string {
  const index = at % (text.length + 1);
  return text.slice(0, index) + addition + text.slice(index);
}

/** Another last character that stands for the same bytes, where the length leaves bits over. */
function changeLastBits(part: string, bits: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const spare = part.length % 4 === 2 ? 15 : part.length % 4 === 3 ? 3 : 0;
  const last = alphabet.indexOf(part.at(-1) ?? 'A');
  return part.slice(0, -1) + (alphabet[last ^ (bits & spare)] ?? '');
}

/** What is done to the text of the header or the claims before it is encoded. */
const jsonEdit: fc.Arbitrary<Named<(text: string) => Uint8Array>> = fc.oneof(
  named(
    'duplicate member',
    fc.constantFrom((text: string) => Buffer.from(`{"aud":"x","aid":9,${text.slice(1)}`)),
  ),
  named(
    'duplicate alg',
    fc.constantFrom(
      (text: string) => Buffer.from(`{"alg":"none",${text.slice(1)}`),
      (text: string) => Buffer.from(`${text.slice(0, -1)},"alg":"none"}`),
    ),
  ),
  named(
    'duplicate at the end',
    fc.constantFrom((text: string) => Buffer.from(`${text.slice(0, -1)},"aud":"x"}`)),
  ),
  named(
    'byte order mark',
    fc.constantFrom((text: string) => Buffer.from(`\ufeff${text}`)),
  ),
  named(
    'invalid UTF-8',
    fc.constantFrom((text: string) => Buffer.from(`${text.slice(0, -1)},"x":"\u00ff"}`, 'latin1')),
  ),
  named(
    'no object',
    fc.constantFrom('null', '[]', '1', '"x"', '', '{', '{}}').map((text) => () => Buffer.from(text)),
  ),
  named(
    'white space in JSON',
    fc.constantFrom((text: string) => Buffer.from(` \n${text}\t `)),
  ),
  named(
    'long claims',
    fc.integer({ min: 100, max: 20_000 }).map((length) => (text: string) => {
      return Buffer.from(`${text.slice(0, -1)},"x":"${'x'.repeat(length)}"}`);
    }),
  ),
);

type Signer = (input: string) => Uint8Array;

const signOurs: Signer = (input) => signWith(input, signingKey.privateKey);

function signWith(input: string, key: KeyObject): Uint8Array {
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

function negate(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  const negated = (curveOrder - s).toString(16).padStart(64, '0');
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(negated, 'hex')]);
}

/** Other signatures than the right one. */
const signer: fc.Arbitrary<Named<Signer>> = fc.oneof(
  named(
    'other key',
    fc.constantFrom<Signer>((input) => signWith(input, otherKey.privateKey)),
  ),
  named(
    'signature of zeros',
    fc.constantFrom(0, 1, 63, 64, 65, 128).map(
      (length): Signer =>
        () =>
          new Uint8Array(length),
    ),
  ),
  named(
    'r or s is the order',
    fc.constantFrom<Signer>(() => {
      const order = Buffer.from(curveOrder.toString(16), 'hex');
      return Buffer.concat([order, order]);
    }),
  ),
  named(
    '63 bytes',
    fc.constantFrom<Signer>((input) => signOurs(input).subarray(0, 63)),
  ),
  named(
    '65 bytes',
    fc.constantFrom<Signer>((input) => Buffer.concat([signOurs(input), Buffer.alloc(1)])),
  ),
  named(
    'DER',
    fc.constantFrom<Signer>((input) => sign('sha256', Buffer.from(input), signingKey.privateKey)),
  ),
  named(
    '-s',
    fc.constantFrom<Signer>((input) => negate(signOurs(input))),
  ),
  named(
    'HMAC with the public key',
    fc.constantFrom<Signer>((input) => createHmac('sha256', signingKey.pem).update(input).digest()),
  ),
  named(
    'P-384',
    fc.constantFrom<Signer>((input) => signWith(input, p384)),
  ),
  named(
    'RSA',
    fc.constantFrom<Signer>((input) => sign('sha256', Buffer.from(input), rsa)),
  ),
  named(
    'random signature',
    fc.uint8Array({ minLength: 64, maxLength: 64 }).map(
      (bytes): Signer =>
        () =>
          bytes,
    ),
  ),
);

/** What happens to the finished token on its way. */
const tampering: fc.Arbitrary<Named<Edit>> = fc.oneof(
  named(
    'bit flip',
    fc.tuple(fc.nat(), fc.integer({ min: 0, max: 6 })).map(([at, bit]): Edit => {
      return (token) => {
        const index = at % token.length;
        return (
          token.slice(0, index) +
          String.fromCharCode(token.charCodeAt(index) ^ (1 << bit)) +
          token.slice(index + 1)
        );
      };
    }),
  ),
  named(
    'truncation',
    fc.nat().map(
      (at): Edit =>
        (token) =>
          token.slice(0, at % token.length),
    ),
  ),
  named(
    'beheading',
    fc.nat().map(
      (at): Edit =>
        (token) =>
          token.slice((at % token.length) + 1),
    ),
  ),
  named(
    'swapped parts',
    fc.shuffledSubarray([0, 1, 2], { minLength: 0, maxLength: 3 }).map((order): Edit => {
      return (token) => order.map((index) => token.split('.')[index]).join('.');
    }),
  ),
  named(
    'extra dot',
    fc.nat().map(
      (at): Edit =>
        (token) =>
          insert(token, at, '.'),
    ),
  ),
  named(
    'extra part',
    fc.constantFrom<Edit>(
      (token) => `${token}.`,
      (token) => `.${token}`,
      (token) => `${token}.AAAA`,
    ),
  ),
  named(
    'changed claims',
    fc.constantFrom<Edit>((token) => {
      const [header, payload = '', signature] = token.split('.');
      const text = Buffer.from(payload, 'base64url').toString().replace(sink, 'https://evil.example');
      return [header, encodeBase64Url(text), signature].join('.');
    }),
  ),
  named(
    'odd encoding',
    fc.tuple(fc.nat({ max: 2 }), encodingEdit).map(([index, edit]): Edit => {
      return (token) =>
        token
          .split('.')
          .map((part, at) => (at === index ? edit.value(part) : part))
          .join('.');
    }),
  ),
  named(
    'any text',
    fc.string({ unit: 'binary' }).map(
      (text): Edit =>
        () =>
          text,
    ),
  ),
);

/** The change one time in `times`, so that most tokens have one flaw or two and many have none. */
function rarely<T>(times: number, change: fc.Arbitrary<Named<T>>): fc.Arbitrary<Named<T> | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: change });
}

/** Tokens good and bad, the bad ones wrong in every way that we could think of. */
export const generatedToken: fc.Arbitrary<GeneratedToken> = fc
  .record({
    claims: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(claimChange, { minLength: 1, maxLength: 2 }) },
    ),
    header: rarely(6, headerChange),
    headerEncoding: rarely(20, encodingEdit),
    headerText: rarely(15, jsonEdit),
    payload: rarely(8, jsonEdit),
    payloadEncoding: rarely(20, encodingEdit),
    signer: rarely(7, signer),
    tampering: rarely(5, tampering),
  })
  .map((plan) => {
    const claims = goodClaims();
    for (const { value } of plan.claims) claims[value[0]] = value[1];
    const header = { alg: 'ES256', typ: 'JWT', ...plan.header?.value };
    const text = JSON.stringify(claims);
    const headerText = JSON.stringify(header);
    const encodedHeader = encodeBase64Url(plan.headerText?.value(headerText) ?? headerText);
    const encodedPayload = encodeBase64Url(plan.payload?.value(text) ?? text);
    const input = [
      plan.headerEncoding?.value(encodedHeader) ?? encodedHeader,
      plan.payloadEncoding?.value(encodedPayload) ?? encodedPayload,
    ].join('.');
    const signature = encodeBase64Url((plan.signer?.value ?? signOurs)(input));
    const token = `${input}.${signature}`;
    const changes = [
      ...plan.claims,
      plan.header,
      plan.headerText,
      plan.headerEncoding,
      plan.payload,
      plan.payloadEncoding,
      plan.signer,
      plan.tampering,
    ];
    const kinds = changes.flatMap((change) => (change === undefined ? [] : [change.kind]));
    return { token: plan.tampering?.value(token) ?? token, kinds: kinds.length === 0 ? ['good'] : kinds };
  });
