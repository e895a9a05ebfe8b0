import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FicEvent } from '../../src/events/fic-event.js';
import { createNodeHandler } from '../../src/node/create-node-handler.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import { binaryRequest, challengeRequest, type TestRequest } from '../support/requests.js';
import { applicationId, signingKey, sink } from '../support/sign-token.js';
import { bodyOf } from './raw-http.js';

let server: Http2Server;
let client: ClientHttp2Session;
let events: FicEvent[];
/** Streams that the server holds open. */
let openStreams: number;

beforeEach(async () => {
  events = [];
  const receiver = createReceiver({
    sink,
    applicationId,
    publicKeys: signingKey.pem,
    logger: false,
    answerWithin: 500,
    bodyLimit: 100_000,
  }).on('*', (event) => events.push(event));
  const handler = createNodeHandler(receiver);
  server = createServer((request, response) => {
    // The compatibility API stands in for the one of HTTP/1, as its documentation says.
    void handler(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  openStreams = 0;
  server.on('stream', (stream) => {
    openStreams++;
    stream.on('close', () => openStreams--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

interface Http2Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface SendOptions {
  readonly path?: string;
  readonly body?: Uint8Array | undefined;
  readonly withoutLength?: boolean;
  readonly leaveOpen?: boolean;
}

function send(
  request: TestRequest,
  { path = '/', body, withoutLength, leaveOpen }: SendOptions,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const fields = request.headers.filter(([name]) => !(withoutLength && name === 'content-length'));
    const stream = client.request(
      { ':method': request.method, ':path': path, ...Object.fromEntries(fields) },
      { endStream: body === undefined && !leaveOpen },
    );
    let headers: IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('data', (part: string) => {
      text += part;
    });
    stream.on('end', () => resolve({ status: Number(headers[':status']), headers, body: text }));
    stream.on('error', reject);
    if (leaveOpen) stream.write(body ?? '');
    else if (body !== undefined) stream.end(body);
  });
}

describe('createNodeHandler over HTTP/2', () => {
  it('handles an event, and sends no Connection header', async () => {
    const request = await binaryRequest();
    const answer = await send(request, { body: await bodyOf(request) });
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers).not.toHaveProperty('connection');
    expect(events).toHaveLength(1);
  });

  it('answers a challenge in the query', async () => {
    const request = await challengeRequest('', { headers: { 'x-fic-verification-challenge': undefined } });
    const answer = await send(request, { path: '/?x-fic-verification-challenge=abc' });
    expect(answer).toMatchObject({ status: 200, body: '{"verification":"abc"}' });
  });

  it.each([
    ['with its length', false],
    ['without its length', true],
  ])('refuses a body %s, sends no Connection header and keeps the session', async (_, withoutLength) => {
    const request = await binaryRequest({
      headers: { authorization: undefined },
      body: Buffer.alloc(50_000, 32),
    });
    const answer = await send(request, { body: await bodyOf(request), withoutLength });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'token-missing' });
    expect(answer.headers).not.toHaveProperty('connection');
    const good = await binaryRequest();
    expect((await send(good, { body: await bodyOf(good) })).status).toBe(204);
    await expect.poll(() => openStreams).toBe(0);
  });

  it.each([
    ['with its length', false],
    ['without its length', true],
  ])('closes the stream of a genuine body that is too large, %s', async (_, withoutLength) => {
    const request = await binaryRequest({ body: Buffer.alloc(3_000_000, 32) });
    const answer = await send(request, { body: await bodyOf(request), withoutLength });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'body-too-large' });
    await expect.poll(() => openStreams).toBe(0);
    const good = await binaryRequest();
    expect((await send(good, { body: await bodyOf(good) })).status).toBe(204);
  });

  it.each([
    ['a refused request', { authorization: undefined }, 401],
    ['a genuine request', {}, 503],
  ])('closes the stream of %s whose body never ends', async (_, headers, status) => {
    const request = await binaryRequest({ headers });
    const started = performance.now();
    const answer = await send(request, { body: Buffer.from(' '), withoutLength: true, leaveOpen: true });
    expect(answer.status).toBe(status);
    expect(performance.now() - started).toBeLessThan(2_000);
    await expect.poll(() => openStreams).toBe(0);
  });
});
