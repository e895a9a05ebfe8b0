import { expect, test } from 'vitest';
import { collectHeaders, type HeadersInput } from '../../src/http/collect-headers.js';
import type { Outcome } from '../../src/receiver/outcomes.js';
import { parseToken } from '../../src/token/parse-token.js';
import { readBearerToken } from '../../src/token/read-bearer-token.js';

test.each([
  ['the usual form', 'Bearer a.b.c'],
  ['any case', 'bEARER a.b.c'],
  ['several spaces', 'Bearer   a.b.c'],
  ['spaces around', '  Bearer a.b.c '],
])('%s', (_, authorization) => {
  expect(readBearerToken(collectHeaders([['Authorization', authorization]]))).toBe('a.b.c');
});

test.each([
  ['none', [], 'token-missing'],
  ['empty', [['authorization', '']], 'token-missing'],
  ['another scheme', [['authorization', 'Basic YTpi']], 'token-missing'],
  ['the token alone', [['authorization', 'a.b.c']], 'token-missing'],
  ['a longer scheme', [['authorization', 'BearerX a.b.c']], 'token-missing'],
  ['the scheme alone', [['authorization', 'Bearer']], 'token-missing'],
  ['the scheme and a space', [['authorization', 'Bearer  ']], 'token-missing'],
  ['two words', [['authorization', 'Bearer a b']], 'token-malformed'],
  ['two headers joined by a proxy', [['authorization', 'Bearer a, Bearer b']], 'token-malformed'],
  [
    'two headers',
    [
      ['Authorization', 'Bearer a'],
      ['authorization', 'Bearer b'],
    ],
    'token-repeated',
  ],
  [
    'the same header twice',
    [
      ['authorization', 'Bearer a'],
      ['AUTHORIZATION', 'Bearer a'],
    ],
    'token-repeated',
  ],
  ['a list in the form of Node.js', { authorization: ['Bearer a', 'Bearer b'] }, 'token-repeated'],
  [
    'a Headers object, which joins',
    new Headers([
      ['authorization', 'Bearer a'],
      ['authorization', 'Bearer b'],
    ]),
    'token-malformed',
  ],
] as [string, HeadersInput, string][])('%s is refused', (_, headers, code) => {
  const token = readBearerToken(collectHeaders(headers));
  expect(typeof token === 'string' ? parseCode(token) : token.code).toBe(code);
});

/** What is not empty is looked at when the token is taken apart. */
function parseCode(token: string): Outcome['code'] | undefined {
  return typeof parseToken(token) === 'string' ? 'token-malformed' : undefined;
}

test('a hostile value takes no time', () => {
  const started = performance.now();
  readBearerToken(collectHeaders([['authorization', `Bearer${' '.repeat(100_000)},`]]));
  readBearerToken(collectHeaders([['authorization', `${' '.repeat(100_000)}x${' '.repeat(100_000)}`]]));
  expect(performance.now() - started).toBeLessThan(500);
});
