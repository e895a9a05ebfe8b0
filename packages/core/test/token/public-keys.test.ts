import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ficPublicKey, InvalidOptionError, type PublicKeySource, type PublicKeys } from '../../src/index.js';
import { isOutcome } from '../../src/receiver/outcomes.js';
import { parsePublicKey } from '../../src/token/parse-public-key.js';
import { KeyRing } from '../../src/token/public-keys.js';
import { TokenVerifier } from '../../src/token/token-verifier.js';
import {
  applicationId,
  createSigningKey,
  makeClaims,
  type SigningKey,
  signingKey,
  signToken,
  sink,
} from '../support/sign-token.js';

const { pem, publicKey, privateKey } = signingKey;
const jwk = publicKey.export({ format: 'jwk' }) as Record<string, unknown>;
const otherKey = createSigningKey();
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const privateSec1 = privateKey.export({ type: 'sec1', format: 'pem' }) as string;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const toPem = (key: typeof publicKey) => key.export({ type: 'spki', format: 'pem' }) as string;

/** A key in the right form whose point is not on the curve. */
const offCurveJwk = { ...jwk, y: Buffer.alloc(32, 1).toString('base64url') };
const offCurvePem = toPemOf(
  Buffer.concat([publicKey.export({ type: 'spki', format: 'der' }).subarray(0, 27), Buffer.alloc(64, 1)]),
);
const compressedPem = toPemOf(
  Buffer.concat([
    Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
    Buffer.from([2]),
    Buffer.from(String(jwk['x']), 'base64url'),
  ]),
);

function toPemOf(der: Buffer): string {
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

function makeVerifier(source?: PublicKeySource): TokenVerifier {
  const rules = { sinks: [sink], applicationIds: [applicationId], clockTolerance: 60_000 };
  return new TokenVerifier(source === undefined ? new KeyRing() : new KeyRing(source), rules);
}

/** `accepted`, or the code of the refusal. */
async function verifySignedBy(verifier: TokenVerifier, key: SigningKey, claims = {}): Promise<string> {
  const result = await verifier.verify(await signToken(makeClaims(claims), { key }), 'event');
  return isOutcome(result) ? result.code : 'accepted';
}

describe('forms of a key', () => {
  const forms: [string, PublicKeySource][] = [
    ['PEM', pem],
    ['PEM with spaces around', `\n  ${pem}  \n`],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM on one line, \\n as two characters', pem.replaceAll('\n', '\\n')],
    ['base64 of PEM', base64(pem)],
    ['base64 of PEM, wrapped', base64(pem).replace(/.{64}/g, '$&\n')],
    ['JWK', jwk],
    ['JWK with more members', { ...jwk, kid: 'a', use: 'sig', alg: 'ES256' }],
    ['JWK as JSON', JSON.stringify(jwk)],
    ['a list', [pem]],
    ['a list of several forms, ours last', [otherKey.pem, JSON.stringify(jwk)]],
    ['a function', () => pem],
    ['a function of a list', () => [otherKey.pem, jwk]],
    ['an async function', async () => base64(pem)],
  ];

  test.each(forms)('%s is accepted, and trusts its key alone', async (_, source) => {
    const verifier = makeVerifier(source);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    expect(await verifySignedBy(verifier, createSigningKey())).toBe('signing-key-unknown');
  });

  test('with a list during a rotation both keys are good', async () => {
    const verifier = makeVerifier([otherKey.pem, pem]);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    expect(await verifySignedBy(verifier, otherKey)).toBe('accepted');
  });

  test('the default is the key that Fatture in Cloud publishes', async () => {
    const parsed = parsePublicKey(ficPublicKey);
    expect(await calculateJwkThumbprint({ ...parsed })).toBe('8ufCLSJm9ZWWUd34K1Jua2Ugg60MfJ6ghvxjLGwAEsQ');
    const byNode = createPublicKey(Buffer.from(ficPublicKey, 'base64').toString()).export({ format: 'jwk' });
    expect(parsed).toEqual(byNode);
    const current = await new KeyRing().current();
    expect(current.map((key) => key.export({ format: 'jwk' }))).toEqual([byNode]);
    expect(await verifySignedBy(makeVerifier(), signingKey)).toBe('signing-key-unknown');
  });
});

const refused: [string, unknown, RegExp][] = [
  ['a private key, PKCS 8', privatePem, /private key/],
  ['a private key, SEC 1', privateSec1, /private key/],
  ['base64 of a private key', base64(privatePem), /private key/],
  ['a private JWK', privateKey.export({ format: 'jwk' }), /private key/],
  ['a private JWK as JSON', JSON.stringify(privateKey.export({ format: 'jwk' })), /private key/],
  ['P-384 as PEM', toPem(p384), /P-256/],
  ['P-384 as JWK', p384.export({ format: 'jwk' }), /P-256/],
  ['RSA as PEM', toPem(rsa), /P-256/],
  ['RSA as JWK', rsa.export({ format: 'jwk' }), /P-256/],
  ['a compressed point', compressedPem, /P-256/],
  ['a point off the curve as JWK', offCurveJwk, /curve/],
  ['a point off the curve as PEM', offCurvePem, /curve/],
  ['the point of zeros', { ...jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) }, /curve/],
  ['a JWK with a short x', { ...jwk, x: 'AAAA' }, /P-256/],
  ['a JWK without y', { kty: 'EC', crv: 'P-256', x: jwk['x'] }, /P-256/],
  ['an empty JWK', {}, /P-256/],
  ['garbage', 'no key at all', /neither a PEM/],
  ['the empty text', '', /neither a PEM/],
  ['a placeholder', 'YOUR_PUBLIC_KEY', /neither a PEM/],
  ['broken JSON', '{"kty":', /not JSON/],
  ['a PEM cut short', pem.slice(0, 60), /PEM/],
  ['a PEM with a damaged body', pem.replace('MFk', '!!!'), /PEM/],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /PEM/],
  ['a number', 5, /number/],
  ['null', null, /publicKeys/],
  ['an empty list', [], /empty list/],
  ['a list with one bad key', [pem, 'garbage'], /neither a PEM/],
  ['a list with an undefined key', [undefined], /undefined/],
];

describe('keys that are refused', () => {
  test.each(refused)('%s', (_, input, reason) => {
    let error: unknown;
    try {
      new KeyRing(input as PublicKeys);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ code: 'public-keys-invalid', option: 'publicKeys' });
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).toContain('publicKeys');
  });

  test('the message never repeats the key', () => {
    const secret = privatePem.split('\n')[1] ?? '';
    expect(secret).toHaveLength(64);
    for (const input of [privatePem, base64(privatePem), `x${secret}`]) {
      expect(() => parsePublicKey(input)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret) }),
      );
    }
  });

  test.each(refused)('%s, from a function: the keys are unavailable', async (_, input) => {
    expect(
      await verifySignedBy(
        makeVerifier(() => input as PublicKeys),
        signingKey,
      ),
    ).toBe('keys-unavailable');
  });
});

describe('a function that gives keys', () => {
  const minute = 60_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** One that has given the key once, and fails from then on. */
  async function makeFailing() {
    let failing = false;
    const source = vi.fn(() => {
      if (failing) throw new Error('no network');
      return pem;
    });
    const verifier = makeVerifier(source);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    failing = true;
    const setFailing = (value: boolean) => {
      failing = value;
    };
    return { source, verifier, setFailing };
  }

  test('is asked when first needed, once for many, and its answer used for ten minutes', async () => {
    const source = vi.fn(async () => pem);
    const verifier = makeVerifier(source);
    expect(source).not.toHaveBeenCalled();
    await Promise.all(Array.from({ length: 5 }, () => verifySignedBy(verifier, signingKey)));
    expect(source).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10 * minute - 1);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    expect(source).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    expect(source).toHaveBeenCalledTimes(2);
  });

  test('is asked again when an unknown key names us, and the new key is good at once', async () => {
    let keys = [pem];
    const source = vi.fn(() => keys);
    const verifier = makeVerifier(source);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    keys = [pem, otherKey.pem];
    vi.advanceTimersByTime(minute);
    expect(await verifySignedBy(verifier, otherKey)).toBe('accepted');
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    expect(source).toHaveBeenCalledTimes(2);
  });

  test('the claims count after a renewal too', async () => {
    let key = pem;
    const verifier = makeVerifier(() => key);
    await verifySignedBy(verifier, signingKey);
    key = otherKey.pem;
    vi.advanceTimersByTime(minute);
    expect(await verifySignedBy(verifier, otherKey, { jti: undefined })).toBe('token-claims');
  });

  test('is asked once a minute at most, however many forgeries come', async () => {
    const source = vi.fn(() => pem);
    const verifier = makeVerifier(source);
    for (let second = 0; second < 180; second++) {
      expect(await verifySignedBy(verifier, otherKey)).toBe('signing-key-unknown');
      vi.advanceTimersByTime(1_000);
    }
    expect(source).toHaveBeenCalledTimes(3);
  });

  test('is asked once a minute at most while it fails, too', async () => {
    const { source, verifier } = await makeFailing();
    vi.advanceTimersByTime(minute);
    for (let second = 0; second < 60; second++) {
      expect(['keys-unavailable', 'signing-key-unknown']).toContain(await verifySignedBy(verifier, otherKey));
      vi.advanceTimersByTime(1_000);
    }
    expect(source).toHaveBeenCalledTimes(2);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
  });

  test('that fails later on leaves its last answer good for a day', async () => {
    const { source, verifier, setFailing } = await makeFailing();
    for (let hour = 1; hour < 24; hour++) {
      vi.advanceTimersByTime(60 * minute);
      for (let count = 0; count < 3; count++) {
        expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
      }
      expect(source).toHaveBeenCalledTimes(1 + hour);
    }
    vi.advanceTimersByTime(60 * minute);
    expect(await verifySignedBy(verifier, signingKey)).toBe('keys-unavailable');
    setFailing(false);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
  });

  test('that hangs later on keeps nobody waiting', async () => {
    let source: () => PublicKeys | Promise<PublicKeys> = () => pem;
    const verifier = makeVerifier(() => source());
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
    source = () => new Promise(() => {});
    vi.advanceTimersByTime(10 * minute);
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
  });

  test('is not asked because of a token that does not name us', async () => {
    const source = vi.fn(() => pem);
    const verifier = makeVerifier(source);
    await verifySignedBy(verifier, signingKey);
    vi.advanceTimersByTime(minute);
    const foreign = [
      { aud: ['https://other.example'] },
      { iss: 'other' },
      { aid: 1 },
      { exp: 1 },
      { exp: 'never' },
      { aud: [] },
    ];
    for (const claims of foreign)
      expect(await verifySignedBy(verifier, otherKey, claims)).toBe('token-untrusted');
    expect(source).toHaveBeenCalledTimes(1);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no network'))],
    ['gives undefined', () => undefined],
    ['gives an empty list', () => []],
  ] as [string, () => PublicKeys][])('that %s makes the keys unavailable, and recovers', async (_, fail) => {
    let source: () => PublicKeys | Promise<PublicKeys> = fail;
    const verifier = makeVerifier(() => source());
    expect(await verifySignedBy(verifier, signingKey)).toBe('keys-unavailable');
    expect(await verifySignedBy(verifier, signingKey)).toBe('keys-unavailable');
    source = () => pem;
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
  });

  test('that hangs does not block the receiver for ever', async () => {
    let source: () => PublicKeys | Promise<PublicKeys> = () => new Promise(() => {});
    const verifier = makeVerifier(() => source());
    const waiting = verifier.verify(await signToken(), 'event');
    source = () => pem;
    await vi.advanceTimersByTimeAsync(minute);
    expect(await Promise.race([waiting, 'still waiting'])).toMatchObject({ code: 'keys-unavailable' });
    expect(await verifySignedBy(verifier, signingKey)).toBe('accepted');
  });
});

test('at most 256 verifications wait, and room comes back', async () => {
  let giveKey: (key: string) => void = () => {};
  const verifier = makeVerifier(
    () =>
      new Promise<string>((resolve) => {
        giveKey = resolve;
      }),
  );
  const token = await signToken();
  const waiting = Array.from({ length: 256 }, () => verifier.verify(token, 'event'));
  expect(await verifier.verify(token, 'event')).toEqual({ code: 'overloaded' });
  expect(await verifier.verify('no token', 'event')).toMatchObject({ code: 'token-malformed' });
  giveKey(pem);
  const results = await Promise.all(waiting);
  expect(results.filter((result) => !isOutcome(result))).toHaveLength(256);
  expect(isOutcome(await verifier.verify(token, 'event'))).toBe(false);
});
