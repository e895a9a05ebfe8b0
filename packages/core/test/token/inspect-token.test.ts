import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/errors/invalid-option-error.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import { type InspectTokenOptions, inspectToken } from '../../src/token/inspect-token.js';
import {
  applicationId,
  createSigningKey,
  makeClaims,
  signingKey,
  signParts,
  signToken,
  sink,
} from '../support/sign-token.js';

const options: InspectTokenOptions = { sink, applicationId, publicKeys: signingKey.pem };
const hour = 3600;

async function resultsOf(token: string, by: InspectTokenOptions = options): Promise<Record<string, string>> {
  const { checks } = await inspectToken(token, by);
  return Object.fromEntries(checks.map(({ part, result }) => [part, result]));
}

const allRight = {
  form: 'right',
  signature: 'right',
  iss: 'right',
  aud: 'right',
  aid: 'right',
  sub: 'right',
  jti: 'right',
  iat: 'right',
  exp: 'right',
};

test('a good token: everything is right, and no receiver refuses it', async () => {
  const claims = makeClaims();
  const { kind, header, refusal, ...rest } = await inspectToken(await signToken(claims), options);
  expect([kind, header, rest.claims, refusal]).toEqual([
    'event',
    { alg: 'ES256', typ: 'JWT' },
    claims,
    undefined,
  ]);
  expect(await resultsOf(await signToken(claims))).toEqual(allRight);
});

test('the token of a verification request has no event to be tied to', async () => {
  const token = await signToken(makeClaims({ sub: undefined, jti: undefined, aid: undefined }));
  expect(await inspectToken(token, options)).toMatchObject({ kind: 'challenge' });
  expect(await resultsOf(token)).toEqual(allRight);
});

test('each claim is judged by itself', async () => {
  const now = Math.floor(Date.now() / 1000);
  const token = await signToken(
    makeClaims({
      iss: 'https://example.org',
      aud: ['https://example.org/'],
      exp: now - hour,
      nbf: now + hour,
    }),
  );
  const { checks, refusal } = await inspectToken(token, options);
  expect(Object.fromEntries(checks.map(({ part, result }) => [part, result]))).toEqual({
    ...allRight,
    iss: 'wrong',
    aud: 'wrong',
    exp: 'wrong',
    nbf: 'wrong',
  });
  expect(checks.find(({ part }) => part === 'aud')?.detail).toContain(sink);
  expect(refusal).toMatchObject({ code: 'token-issuer', status: 503 });
});

test('what is not given is not compared, and is no reason to refuse', async () => {
  const token = await signToken();
  const { checks, refusal } = await inspectToken(token, { publicKeys: signingKey.pem });
  expect(checks.filter(({ result }) => result === 'unchecked').map(({ part }) => part)).toEqual([
    'aud',
    'aid',
  ]);
  expect(refusal).toBeUndefined();
});

test.each([[''], [[]], [[{}]], [undefined], [7]])('an aud of %j is wrong, and nothing else', async (aud) => {
  const token = await signToken(makeClaims({ aud }));
  expect(await resultsOf(token, { applicationId, publicKeys: signingKey.pem })).toEqual({
    ...allRight,
    aud: 'wrong',
  });
});

describe('the signature', () => {
  test('of another key is wrong, and the claims are judged all the same', async () => {
    const token = await signToken(makeClaims({ aid: 7 }), { key: createSigningKey() });
    expect(await resultsOf(token)).toEqual({ ...allRight, signature: 'wrong', aid: 'wrong' });
    expect((await inspectToken(token, options)).refusal).toMatchObject({
      code: 'token-untrusted',
      status: 401,
    });
  });

  test('of another key over claims that name the receiver may be of a new key', async () => {
    const token = await signToken(makeClaims(), { key: createSigningKey() });
    expect((await inspectToken(token, options)).refusal).toMatchObject({
      code: 'signing-key-unknown',
      status: 503,
    });
  });

  test('is compared with the published key by default', async () => {
    expect(await resultsOf(await signToken(), { sink, applicationId })).toEqual({
      ...allRight,
      signature: 'wrong',
    });
  });
});

describe('the form', () => {
  test('is wrong for another algorithm; the header and the claims can be read', async () => {
    const token = signParts('{"alg":"HS256"}', JSON.stringify(makeClaims()));
    const { header, checks, refusal } = await inspectToken(token, options);
    expect(header).toEqual({ alg: 'HS256' });
    expect(checks.slice(0, 2)).toMatchObject([
      { part: 'form', result: 'wrong', detail: 'The algorithm is not ES256.' },
      { part: 'signature', result: 'unchecked' },
    ]);
    expect(checks).toHaveLength(9);
    expect(refusal).toMatchObject({ code: 'token-malformed', status: 401 });
  });

  test.each(['', 'hello', 'a/b', '..', `${'a'.repeat(20_000)}.b.c`])('%#: no token at all', async (text) => {
    const { header, claims, checks } = await inspectToken(text, options);
    expect([header, claims]).toEqual([undefined, undefined]);
    expect(checks.map(({ part, result }) => [part, result])).toEqual([
      ['form', 'wrong'],
      ['signature', 'unchecked'],
    ]);
  });
});

test('a key that is none, and an empty list, are refused', async () => {
  const token = await signToken();
  await expect(inspectToken(token, { publicKeys: 'key' })).rejects.toMatchObject({
    code: 'public-keys-invalid',
  });
  for (const wrong of [{ sink: [] }, { applicationId: [] }]) {
    const refused = inspectToken(token, wrong);
    await expect(refused).rejects.toBeInstanceOf(InvalidOptionError);
    await expect(refused).rejects.toMatchObject({ code: 'option-invalid', option: Object.keys(wrong)[0] });
  }
});

test('says right of everything exactly when a receiver lets the token in', async () => {
  const receiver = createReceiver({ sink, applicationId, publicKeys: signingKey.pem, logger: false });
  const now = Math.floor(Date.now() / 1000);
  const odd = fc.constantFrom<unknown>(undefined, null, '', 7, [], {}, 'text');
  const mostly = (good: unknown) =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: odd });
  const times = fc.constantFrom(now - 30 * hour, now - hour, now + 2 * hour);
  const claims = fc.record({
    iss: mostly('https://api-v2.fattureincloud.it'),
    aud: fc.oneof(mostly([sink]), fc.constant(sink)),
    aid: mostly(applicationId),
    sub: fc.constantFrom<unknown>('company:1', 'company:1', ''),
    jti: fc.constantFrom<unknown>('1:a', '1:a', 7),
    iat: fc.oneof(mostly(now), times),
    nbf: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: times }),
    exp: fc.oneof(mostly(now + hour), times),
  });
  await fc.assert(
    fc.asyncProperty(claims, fc.integer({ min: 0, max: 9 }), async (made, dice) => {
      const token = signParts(
        '{"alg":"ES256"}',
        JSON.stringify(made),
        dice === 0 ? createSigningKey() : signingKey,
      );
      const { checks, refusal } = await inspectToken(token, options);
      const answer = await receiver.handle({
        method: 'POST',
        headers: [['authorization', `Bearer ${token}`]],
        query: () => undefined,
        // Whatever comes later is not about the token.
        body: async () => ({ bytes: new TextEncoder().encode('{}') }),
      });
      const code = answer.body === '' ? undefined : (JSON.parse(answer.body) as { code: string }).code;
      const refused = code?.startsWith('token-') || code === 'signing-key-unknown' ? code : undefined;
      expect(refusal?.code).toBe(refused);
      expect(checks.every(({ result }) => result === 'right')).toBe(refused === undefined);
    }),
    { numRuns: 300 },
  );
});
