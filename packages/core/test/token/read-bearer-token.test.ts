import { expect, test } from 'vitest';
import { collectHeaders, type HeadersInput } from '../../src/http/collect-headers.js';
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
  ['the scheme alone', [['authorization', 'Bearer']], 'token-malformed'],
  ['the scheme and a space', [['authorization', 'Bearer  ']], 'token-malformed'],
  ['two words', [['authorization', 'Bearer a b']], 'token-malformed'],
  ['two headers joined by a proxy', [['authorization', 'Bearer a, Bearer b']], 'token-malformed'],
  ['two headers', [['Authorization', 'Bearer a'], ['authorization', 'Bearer b']], 'token-repeated'],
  ['the same header twice', [['authorization', 'Bearer a'], ['AUTHORIZATION', 'Bearer a']], 'token-repeated'],
  ['a list in the form of Node.js', { authorization: ['Bearer a', 'Bearer b'] }, 'token-repeated'],
  ['a Headers object, which joins', new Headers([['authorization', 'Bearer a'], ['authorization', 'Bearer b']]), 'token-malformed'],
] as [string, HeadersInput, string][])('%s is refused', (_, headers, code) => {
  expect(readBearerToken(collectHeaders(headers))).toMatchObject({ code });
});

test('a hostile value takes no time', () => {
  const started = performance.now();
  readBearerToken(collectHeaders([['authorization', `Bearer${' '.repeat(100_000)},`]]));
  readBearerToken(collectHeaders([['authorization', `${' '.repeat(100_000)}x${' '.repeat(100_000)}`]]));
  expect(performance.now() - started).toBeLessThan(500);
});
