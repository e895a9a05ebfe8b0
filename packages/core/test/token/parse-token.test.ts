import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseToken } from '../../src/token/parse-token.js';
import {
  encodeBase64Url,
  makeClaims,
  signInput,
  signingKey,
  signParts,
  signToken,
} from '../support/sign-token.js';

const claims = JSON.stringify(makeClaims());
const header = '{"alg":"ES256","typ":"JWT"}';
const input = `${encodeBase64Url(header)}.${encodeBase64Url(claims)}`;
const withSignature = (signature: Uint8Array | string) => `${input}.${encodeBase64Url(signature)}`;

test.each([
  [header],
  ['{"typ":"JWT","alg":"ES256"}'],
  ['{"alg":"ES256"}'],
  ['{"kid":"a","alg":"ES256","b64":true}'],
  [' {"alg" : "ES256"} '],
  ['{"alg":"none","alg":"ES256"}'],
])('%s is a header, and the parts come back', (text) => {
  const token = signParts(text, claims);
  const parsed = parseToken(token);
  if (typeof parsed === 'string') throw new Error(parsed);
  expect(parsed.signingInput).toBe(token.slice(0, token.lastIndexOf('.')));
  expect(Buffer.from(parsed.payload).toString()).toBe(claims);
  expect(Buffer.from(parsed.signature).toString('base64url')).toBe(token.slice(token.lastIndexOf('.') + 1));
});

test('what jose signs is well-formed', async () => {
  expect(typeof parseToken(await signToken())).toBe('object');
});

describe('what is no well-formed ES256 token', () => {
  const der = sign('sha256', Buffer.from(input), signingKey.privateKey);
  test.each([
    ['no signature', withSignature('')],
    ['1 byte', withSignature(new Uint8Array(1))],
    ['63 bytes', withSignature(new Uint8Array(63))],
    ['65 bytes', withSignature(new Uint8Array(65))],
    ['128 bytes', withSignature(new Uint8Array(128))],
    ['DER', withSignature(der)],
    ['crit', signParts('{"alg":"ES256","crit":["exp"],"exp":1}', claims)],
    ['crit of null', signParts('{"alg":"ES256","crit":null}', claims)],
    ['no alg', signParts('{"typ":"JWT"}', claims)],
    ['alg none', signParts('{"alg":"none"}', claims)],
    ['alg HS256', signParts('{"alg":"HS256"}', claims)],
    ['alg in lower case', signParts('{"alg":"es256"}', claims)],
    ['alg in a list', signParts('{"alg":["ES256"]}', claims)],
    ['alg on the prototype', signParts('{"__proto__":{"alg":"ES256"}}', claims)],
    ['the last alg counts', signParts('{"alg":"ES256","alg":"none"}', claims)],
    ['a header that is a list', signParts('["ES256"]', claims)],
    ['a header of null', signParts('null', claims)],
    ['a header that is no JSON', signParts('alg=ES256', claims)],
    ['an empty header', `.${encodeBase64Url(claims)}.${signInput(input)}`],
    ['two parts', input],
    ['four parts', `${withSignature(new Uint8Array(64))}.`],
    ['nothing', ''],
    ['dots', '..'],
    ['a padded signature', `${withSignature(new Uint8Array(64))}==`],
    ['a monster', signParts(header, `"${'x'.repeat(20_000)}"`)],
  ])('%s', (_, token) => {
    expect(parseToken(token)).toMatch(/^[A-Z].*\.$/);
  });
});

test('16,384 characters are the most', () => {
  expect(parseToken('x'.repeat(16_385))).toBe('The token is too long.');
  expect(parseToken('x'.repeat(16_384))).toBe('The token has not three parts.');
});
