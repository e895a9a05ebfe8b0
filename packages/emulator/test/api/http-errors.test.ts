import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from './call-api.js';

describe('what is no call of the API', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
    await bench.create();
  });
  afterAll(() => bench.close());

  async function send(
    path: string,
    {
      method = 'GET',
      headers = {},
      body,
    }: { method?: string; headers?: object; body?: string | Buffer } = {},
  ) {
    const response = await request(bench.fic.url + path, {
      method: method as 'GET',
      headers: { authorization: 'Bearer a/emulator', ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text };
  }

  /** FIC's shape, and nothing else in it. */
  function expectError(text: string): void {
    expect(JSON.parse(text)).toEqual({ error: { message: expect.any(String) } });
  }

  it.each([
    '/',
    '/c',
    '/c/108061',
    '/c/108061/subscriptions/',
    '/c/108061/subscriptions/SUB1/',
    '/c/108061/subscriptions/SUB1/other',
    '/c/108061/subscriptions/SUB99',
    '/c/108061/subscriptions/1',
    '/c/108061/subscriptions/sub1',
    '/c/108061/subscriptions/SUB01',
    '/c/108061/subscriptions/SUB1%20',
    '/c/abc/subscriptions',
    '/c/0/subscriptions',
    '/c/-1/subscriptions',
    '/c/1.5/subscriptions',
    '/c/9999999999999999/subscriptions',
    '/user/companies',
  ])('is 404: %s', async (path) => {
    const { status, text } = await send(path);
    expect(status).toBe(404);
    expectError(text);
  });

  it('is 404 at the root, and names the page; a browser is led to it', async () => {
    const { status, text } = await send('/');
    expect(status).toBe(404);
    expect(text).toContain('/_emulator/');
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const led = await send('/', { headers: { accept } });
    expect([led.status, led.headers['location']]).toEqual([302, '/_emulator/']);
    expect((await send('/other', { headers: { accept } })).status).toBe(404);
  });

  it('is 404 without a token too', async () => {
    expect((await send('/user/companies', { headers: { authorization: '' } })).status).toBe(404);
  });

  it.each([
    ['PUT', '/c/108061/subscriptions', 'GET, HEAD, POST'],
    ['DELETE', '/c/108061/subscriptions', 'GET, HEAD, POST'],
    ['POST', '/c/108061/subscriptions/SUB1', 'GET, HEAD, PUT, DELETE'],
    ['PATCH', '/c/108061/subscriptions/SUB1', 'GET, HEAD, PUT, DELETE'],
    ['OPTIONS', '/c/108061/subscriptions/SUB1', 'GET, HEAD, PUT, DELETE'],
    ['GET', '/c/108061/subscriptions/SUB1/verify', 'POST'],
    ['PUT', '/c/108061/subscriptions/SUB1/verify', 'POST'],
  ])('is 405: %s %s', async (method, path, allow) => {
    const { status, headers, text } = await send(path, { method });
    expect([status, headers['allow']]).toEqual([405, allow]);
    expectError(text);
  });

  it('is 405 before anybody looks at the body', async () => {
    const { status } = await send('/c/108061/subscriptions', {
      method: 'PUT',
      headers: { 'content-type': 'text/xml' },
      body: '<x/>',
    });
    expect(status).toBe(405);
  });

  it.each(['{', '{"data":', 'data', '{"data":{}} x', '{"__proto__":{"x":1}}', '\u0000'])(
    'is 400 when it is not JSON: %j',
    async (body) => {
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const { status, text } = await send('/c/108061/subscriptions', { method: 'POST', headers, body });
      expect(status).toBe(400);
      expectError(text);
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('is 415 when it comes as %s', async (type) => {
    const { status, text } = await send('/c/108061/subscriptions', {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"data":{}}',
    });
    expect(status).toBe(415);
    expectError(text);
  });

  it('is 415 when it has a body and no type', async () => {
    const { status, text } = await send('/c/108061/subscriptions', {
      method: 'POST',
      body: Buffer.from('{}'),
    });
    expect(status).toBe(415);
    expectError(text);
  });

  it('is 413 over 1 MiB', async () => {
    const { status, text } = await send('/c/108061/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { sink: 'x'.repeat(1024 * 1024) } }),
    });
    expect(status).toBe(413);
    expectError(text);
  });

  it('is 401 before anybody looks at the body', async () => {
    const headers = { authorization: 'Basic eA==', 'content-type': 'application/json' };
    const { status } = await send('/c/108061/subscriptions', { method: 'POST', headers, body: '{' });
    expect(status).toBe(401);
  });

  it('is 400 when the path cannot be read', async () => {
    const { status, text } = await send('/c/108061/subscriptions/%zz');
    expect(status).toBe(400);
    expect(JSON.parse(text)).toHaveProperty(['error', 'message']);
  });

  it.each([
    ['GET', '', 200],
    ['HEAD', '', 200],
    ['HEAD', '/SUB1', 200],
    ['HEAD', '/SUB9', 404],
  ])('%s is answered', async (method, path, expected) => {
    const { status } = await send(`/c/108061/subscriptions${path}`, { method });
    expect(status).toBe(expected);
  });

  it('does no harm with a Content-Type on calls without a body', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await send('/c/108061/subscriptions', { headers })).status).toBe(200);
    expect((await send('/c/108061/subscriptions/SUB9', { method: 'DELETE', headers })).status).toBe(404);
  });

  it('a list of a hundred thousand mistakes is answered with one', async () => {
    const { status, text } = await send('/c/108061/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { sink: bench.sink.url, types: Array(100_000).fill(1) } }),
    });
    expect(status).toBe(422);
    expect(text.length).toBeLessThan(1_000);
  });
});
