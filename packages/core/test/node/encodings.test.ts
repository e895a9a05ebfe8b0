import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { binaryRequest, structuredRequest } from '../support/requests.js';
import { bodyOf, converse, parseAnswers, type RawAnswer, toHead } from './raw-http.js';
import { type Endpoint, startEndpoint } from './start-endpoint.js';

async function send(
  { port }: Endpoint,
  body: Uint8Array | string,
  encoding: string,
  makeRequest = binaryRequest,
): Promise<RawAnswer> {
  const request = await makeRequest({ body, headers: { 'content-encoding': encoding } });
  const { received } = await converse(port, [
    toHead(request, { add: [['connection', 'close']] }),
    await bodyOf(request),
  ]);
  return parseAnswers(received)[0] as RawAnswer;
}

const plain = Buffer.from('{"data":{"ids":[1,2,3]}}');

describe('a compressed body', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['identity', plain],
  ])('in %s is decoded', async (encoding, body) => {
    const endpoint = await startEndpoint();
    expect((await send(endpoint, body, encoding)).status).toBe(204);
    expect(endpoint.events).toMatchObject([{ ids: [1, 2, 3] }]);
  });

  it.each([
    ['an encoding that nobody knows', plain, 'zstd', 'body-encoding'],
    ['two encodings', gzipSync(gzipSync(plain)), 'gzip, gzip', 'body-encoding'],
    ['a body that is not what it says', plain, 'gzip', 'body-encoding'],
    ['a stream that breaks off', gzipSync(plain).subarray(0, -12), 'gzip', 'body-encoding'],
    ['no JSON inside', gzipSync('{'), 'gzip', 'body-malformed'],
  ])('with %s: 503', async (_, body, encoding, code) => {
    const endpoint = await startEndpoint();
    const answer = await send(endpoint, body, encoding);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
    expect(endpoint.events).toEqual([]);
  });

  // A gigabyte would show the same and take longer to pack.
  const bomb = Buffer.alloc(64 * 1024 * 1024, 32);
  const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  it.each([
    ['gzip', () => gzipSync(bomb)],
    ['deflate', () => deflateSync(bomb)],
    ['br', () => brotliCompressSync(bomb, quickly)],
  ])('that is a bomb in %s is stopped at the limit, with flat memory', async (encoding, pack) => {
    const endpoint = await startEndpoint();
    const packed = pack();
    const before = process.memoryUsage();
    const answer = await send(endpoint, packed, encoding);
    const after = process.memoryUsage();
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'body-too-large' });
    expect(endpoint.events).toEqual([]);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
  });

  it('is decoded after the token alone: a forged bomb costs nothing', async () => {
    const endpoint = await startEndpoint();
    const request = await structuredRequest({
      body: gzipSync(bomb),
      headers: { 'content-encoding': 'gzip', authorization: 'Bearer a.b.c' },
    });
    const { received } = await converse(endpoint.port, [toHead(request), await bodyOf(request)]);
    expect(parseAnswers(received)[0]?.status).toBe(401);
  });
});
