import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BodyResult, FicEvent, ReceiverResponse } from '../../src/index.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, structuredRequest } from '../support/requests.js';

const text = JSON.stringify({ data: { ids: [1, 2, 3] } });
const bytes = Buffer.from(text);

/** Sends one notification with this body, and gives the answer with the event that a handler got. */
async function send(
  body: BodyResult,
  headers: Record<string, string | undefined> = {},
  bodyLimit = 10_000,
): Promise<{ response: ReceiverResponse; code: string | undefined; event: FicEvent | undefined }> {
  let event: FicEvent | undefined;
  const { receiver } = createRecordingReceiver({ bodyLimit, logger: false });
  receiver.on('*', (received) => {
    event = received;
  });
  const request = { ...(await binaryRequest({ headers })), body: async () => body };
  const response = await receiver.handle(request);
  const problem = response.body === '' ? {} : (JSON.parse(response.body) as { code?: string });
  return { response, code: problem.code, event };
}

describe('encodings', () => {
  test.each([
    ['gzip', gzipSync(bytes)],
    ['x-gzip', gzipSync(bytes)],
    ['GZIP', gzipSync(bytes)],
    [' gzip ', gzipSync(bytes)],
    ['deflate', deflateSync(bytes)],
    ['deflate', deflateRawSync(bytes)],
    ['br', brotliCompressSync(bytes)],
    ['identity', bytes],
    ['', bytes],
  ])('%s is undone', async (encoding, encoded) => {
    const { response, event } = await send({ bytes: encoded }, { 'content-encoding': encoding });
    expect(response.status).toBe(204);
    expect(event?.ids).toEqual([1, 2, 3]);
  });

  test('a structured body too', async () => {
    const { receiver } = createRecordingReceiver();
    const request = await structuredRequest({ headers: { 'content-encoding': 'gzip' } });
    const plain = await request.body(1_000_000);
    if (!('bytes' in plain)) throw new Error('no bytes');
    const body = async () => ({ bytes: gzipSync(plain.bytes) });
    expect((await receiver.handle({ ...request, body })).status).toBe(204);
  });

  test('one that has been undone already is left alone', async () => {
    const { event } = await send({ bytes, decoded: true }, { 'content-encoding': 'gzip' });
    expect(event?.ids).toEqual([1, 2, 3]);
  });

  test.each([
    ['zstd', bytes],
    ['gzip, br', gzipSync(bytes)],
    ['gzip', bytes],
    ['gzip', gzipSync(bytes).subarray(0, 20)],
    ['br', gzipSync(bytes)],
    ['deflate', gzipSync(bytes)],
  ])('%s that cannot be undone', async (encoding, encoded) => {
    const { response, code, event } = await send({ bytes: encoded }, { 'content-encoding': encoding });
    expect([response.status, code, event]).toEqual([503, 'body-encoding', undefined]);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('%s: the limit counts what comes out', async (encoding, encode) => {
    const bomb = encode(Buffer.alloc(5_000_000, ' '));
    expect(bomb.length).toBeLessThan(10_000);
    expect(await send({ bytes: bomb }, { 'content-encoding': encoding })).toMatchObject({
      code: 'body-too-large',
    });
    const limits = [bytes.length, bytes.length - 1].map((limit) =>
      send({ bytes: encode(bytes) }, { 'content-encoding': encoding }, limit),
    );
    const [within, beyond] = await Promise.all(limits);
    expect(beyond?.code).toBe('body-too-large');
    // What comes in is counted as well, and such a small body grows when it is packed.
    expect(within?.code).toBe(encode(bytes).length > bytes.length ? 'body-too-large' : undefined);
  });

  test('an empty body has no encoding to undo', async () => {
    const { code } = await send({ bytes: new Uint8Array() }, { 'content-encoding': 'gzip' });
    expect(code).toBe('body-malformed');
  });
});

describe('the limit', () => {
  test('to the byte', async () => {
    expect((await send({ bytes }, {}, bytes.length)).response.status).toBe(204);
    expect(await send({ bytes }, {}, bytes.length - 1)).toMatchObject({ code: 'body-too-large' });
  });

  test('is told to the adapter', async () => {
    const { receiver } = createRecordingReceiver({ bodyLimit: 4_321 });
    let told: number | undefined;
    const request = await binaryRequest();
    await receiver.handle({
      ...request,
      body: (limit) => {
        told = limit;
        return request.body(limit);
      },
    });
    expect(told).toBe(4_321);
  });
});

describe('a body from another parser', () => {
  test('a value is taken as it is, whatever the encoding was', async () => {
    const { event } = await send({ parsed: { data: { ids: [7] } } }, { 'content-encoding': 'gzip' });
    expect(event?.ids).toEqual([7]);
  });

  test('later changes to it do not reach the event', async () => {
    const ids = [1];
    const { event } = await send({ parsed: { data: { ids } } });
    ids.push(2);
    expect(event?.ids).toEqual([1]);
  });

  test.each([[{}], [undefined], [null], ['text'], [[]]])('%j holds no event', async (parsed) => {
    expect(await send({ parsed })).toMatchObject({ code: 'event-unreadable' });
  });
});

describe('the connection', () => {
  test.each<[string, BodyResult, string | undefined]>([
    ['read', { bytes }, undefined],
    ['parsed', { parsed: JSON.parse(text) as unknown }, undefined],
    ['read and not JSON', { bytes: Buffer.from('<') }, undefined],
    ['eaten', { failed: 'consumed' }, undefined],
    ['too large', { failed: 'too-large' }, 'close'],
    ['late', { failed: 'timeout' }, 'close'],
    ['broken off', { failed: 'aborted' }, 'close'],
  ])('with a body %s: %o gives %s', async (_, body, connection) => {
    const { response } = await send(body);
    expect(response.headers['connection']).toBe(connection);
  });

  test('an unread body ends it, no body does not', async () => {
    const { receiver } = createRecordingReceiver();
    const ask = async (headers: Record<string, string | undefined>) =>
      (await receiver.handle(await binaryRequest({ token: 'x', headers }))).headers['connection'];
    expect(await ask({})).toBe('close');
    expect(await ask({ 'content-length': undefined, 'transfer-encoding': 'chunked' })).toBe('close');
    expect(await ask({ 'content-length': undefined })).toBeUndefined();
    expect(await ask({ 'content-length': '0' })).toBeUndefined();
  });
});
