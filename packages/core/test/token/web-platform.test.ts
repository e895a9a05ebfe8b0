import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { platform as node } from '../../src/platform/node.js';
import type { ContentEncoding, EcPublicJwk } from '../../src/platform/platform.js';
import { platform as web } from '../../src/platform/web.js';
import { parseToken } from '../../src/token/parse-token.js';
import { signingKey } from '../support/sign-token.js';
import { generatedToken } from './generated-tokens.js';

const seed = 20_230_405;
const jwk = signingKey.publicKey.export({ format: 'jwk' }) as unknown as EcPublicJwk;

const base64UrlLike = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.string({ unit: fc.constantFrom(...'AQgwZz09-_+/=. \n\té😀\u0000'), maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

describe('the web platform does what the Node.js platform does', () => {
  test(`base64url: the same bytes, the same refusals (seed ${seed})`, () => {
    let refused = 0;
    fc.assert(
      fc.property(base64UrlLike, (text) => {
        const bytes = node.decodeBase64Url(text);
        if (bytes === undefined) refused++;
        expect(web.decodeBase64Url(text)).toEqual(bytes === undefined ? undefined : new Uint8Array(bytes));
      }),
      { seed, numRuns: 3_000 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(refused).toBeLessThan(2_500);
  });

  test(`signatures: the same verdict on 2,000 generated tokens (seed ${seed})`, async () => {
    const nodeKey = await node.importKey(jwk);
    const webKey = await web.importKey(jwk);
    const verdicts = { true: 0, false: 0 };
    await fc.assert(
      fc.asyncProperty(generatedToken, async ({ token }) => {
        const parsed = parseToken(token);
        if (typeof parsed === 'string') return;
        const { signingInput, signature } = parsed;
        const genuine = await node.verifyEs256(nodeKey, signingInput, signature);
        verdicts[`${genuine}`]++;
        expect(await web.verifyEs256(webKey, signingInput, signature)).toBe(genuine);
      }),
      { seed, numRuns: 2_000 },
    );
    expect(verdicts.true).toBeGreaterThan(500);
    expect(verdicts.false).toBeGreaterThan(50);
  });

  test('SHA-256 in lower-case hex', async () => {
    for (const text of ['', 'abc', 'à 😀', 'x'.repeat(100_000)]) {
      const expected = createHash('sha256').update(text).digest('hex');
      expect(await node.sha256(text)).toBe(expected);
      expect(await web.sha256(text)).toBe(expected);
    }
  });

  test('a point that is not on the curve is refused', async () => {
    const wrong = { ...jwk, x: 'A'.repeat(43) };
    expect(() => node.importKey(wrong)).toThrow();
    await expect(web.importKey(wrong)).rejects.toThrow();
  });
});

/** Node.js 24.7 and newer, Deno and Bun; Workers not yet. https://compression.spec.whatwg.org/#supported-formats */
function knowsBrotli(): boolean {
  try {
    return new DecompressionStream('brotli' as 'gzip').readable instanceof ReadableStream;
  } catch {
    return false;
  }
}

describe.each([
  ['node', node],
  ['web', web],
] as const)('decompression on the %s platform', (name, platform) => {
  const text = JSON.stringify({ data: { ids: Array.from({ length: 5_000 }, (_, index) => index) } });
  const bytes = Buffer.from(text);
  const encoders: [ContentEncoding, (input: Buffer) => Uint8Array][] = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate-raw', deflateRawSync],
    ...(name === 'node' || knowsBrotli()
      ? ([['br', brotliCompressSync]] as [ContentEncoding, typeof gzipSync][])
      : []),
  ];

  test.each(encoders)('%s comes back, up to the limit to the byte', async (encoding, encode) => {
    const result = await platform.decompress(encode(bytes), encoding, bytes.length);
    expect(Buffer.from(result).toString()).toBe(text);
    const error = await platform
      .decompress(encode(bytes), encoding, bytes.length - 1)
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(platform.isTooLarge(error)).toBe(true);
  });

  test.each(encoders)(
    '%s: a bomb is stopped, and what is damaged is not called too large',
    async (encoding, encode) => {
      const bomb = encode(Buffer.alloc(50_000_000));
      const error = await platform.decompress(bomb, encoding, 100_000).catch((cause: unknown) => cause);
      expect(platform.isTooLarge(error)).toBe(true);
      for (const damaged of [encode(bytes).subarray(0, 20), Buffer.from('no such format'), Buffer.alloc(0)]) {
        const failure = await platform
          .decompress(damaged, encoding, 100_000)
          .catch((cause: unknown) => cause);
        expect(failure).toBeInstanceOf(Error);
        expect(platform.isTooLarge(failure)).toBe(false);
      }
    },
  );
});

test('brotli off Node.js comes back where the runtime knows it, and is an error elsewhere: a foreign encoding', async () => {
  const result = await web
    .decompress(brotliCompressSync(Buffer.from('{}')), 'br', 100)
    .catch((cause: unknown) => cause);
  if (knowsBrotli()) expect(result).toEqual(new Uint8Array(Buffer.from('{}')));
  else expect(result).toBeInstanceOf(Error);
  expect(web.isTooLarge(result)).toBe(false);
});
