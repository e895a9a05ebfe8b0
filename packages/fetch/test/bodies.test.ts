import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { signNotification } from '@fic-webhooks/testing';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { type Alert, createFetchHandler, createReceiver, type FicEvent } from '../src/index.js';
import { receiverOptions, signing, sink, startApp, summarize, toRequest } from './start-endpoint.js';

function createEndpoint(options = {}) {
  const handled: FicEvent[] = [];
  const alerts: Alert[] = [];
  const onAlert = (alert: Alert) => alerts.push(alert);
  const receiver = createReceiver({ ...receiverOptions, onAlert, ...options }).on('*', (event) =>
    handled.push(event),
  );
  return { handler: createFetchHandler(receiver), handled, alerts };
}

/** A request whose body comes from a stream. */
function streamed(stream: ReadableStream, headers = signNotification({}, signing).headers): Request {
  return new Request(sink, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit);
}

/** A stream without end, and how much of it was taken. */
function createEndless(chunk: Uint8Array) {
  const taken = { bytes: 0 };
  const stream = new ReadableStream(
    {
      pull(controller) {
        taken.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken };
}

describe('the body', () => {
  it('may come in pieces, a character cut in two among them', async () => {
    const { handler, handled } = createEndpoint();
    const { headers } = signNotification({ ids: [1, 2] }, signing);
    const bytes = new TextEncoder().encode('{"data":{"ids":[1,2]},"note":"però"}');
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await handler(streamed(stream, headers))).status).toBe(204);
    expect(handled[0]?.ids).toEqual([1, 2]);
  });

  it('may be compressed', async () => {
    const { handler, handled } = createEndpoint();
    const { headers, body } = signNotification({ ids: [7] }, signing);
    const request = toRequest({ headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) });
    expect((await handler(request)).status).toBe(204);
    expect(handled[0]?.ids).toEqual([7]);
  });

  it('may be missing from the welcome event', async () => {
    const { handler, handled } = createEndpoint();
    const { headers } = signNotification({ name: 'subscriptions.welcome' }, signing);
    expect((await handler(new Request(sink, { method: 'POST', headers }))).status).toBe(204);
    expect(handled[0]?.name).toBe('subscriptions.welcome');
  });

  it.each([
    ['no token', {}, '401 token-missing'],
    [
      'a token for another sink',
      signNotification({}, { ...signing, sink: 'https://example.org/' }).headers,
      '503 token-audience',
    ],
  ])('is not touched with %s', async (_, headers, answer) => {
    const { handler } = createEndpoint();
    const { stream, taken } = createEndless(new Uint8Array(10));
    const request = streamed(stream, headers);
    expect(await summarize(await handler(request))).toBe(answer);
    expect([taken.bytes, request.bodyUsed]).toEqual([0, false]);
  });

  it('is read up to the limit and one chunk more, whatever its length is said to be', async () => {
    const { handler, handled, alerts } = createEndpoint({ bodyLimit: 1_000 });
    const { stream, taken } = createEndless(new Uint8Array(300).fill(0x20));
    const headers = { ...signNotification({}, signing).headers, 'content-length': '5' };
    expect(await summarize(await handler(streamed(stream, headers)))).toBe('503 body-too-large');
    expect(taken.bytes).toBe(1_200);
    expect(handled).toEqual([]);
    expect(alerts[0]?.detail).toBe('More than 1000 bytes.');
  });

  it('may be as long as the limit to the byte', async () => {
    const { headers, body } = signNotification({}, signing);
    const exact = createEndpoint({ bodyLimit: body.length });
    expect((await exact.handler(toRequest({ headers, body }))).status).toBe(204);
    const short = createEndpoint({ bodyLimit: body.length - 1 });
    expect(await summarize(await short.handler(toRequest({ headers, body })))).toBe('503 body-too-large');
  });

  it.each([
    ['an object', { status: 499 }],
    ['nothing', undefined],
    ['what cannot be shown', Object.create(null)],
  ])('that breaks off with %s as the reason is worth a retry, too', async (_name, message) => {
    const { handler } = createEndpoint();
    const stream = new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error(), { message })),
    });
    expect(await summarize(await handler(streamed(stream)))).toBe('503 body-aborted');
  });

  it('that breaks off is worth a retry', async () => {
    const { handler, handled, alerts } = createEndpoint();
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"data":{"i')),
      pull: (controller) => controller.error(new Error('The client went away.')),
    });
    expect(await summarize(await handler(streamed(stream)))).toBe('503 body-aborted');
    expect(handled).toEqual([]);
    expect(alerts[0]?.detail).toBe('The client went away.');
  });

  it('that stops coming is worth a retry, at the deadline', async () => {
    const { handler } = createEndpoint({ answerWithin: 50 });
    const stream = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
    expect(await summarize(await handler(streamed(stream)))).toBe('503 body-late');
  });

  it.each<[string, (request: Request) => unknown]>([
    ['read as JSON', (request) => request.json()],
    ['read as text', (request) => request.text()],
    ['locked by a reader', (request) => request.body?.getReader()],
  ])('that somebody has %s is worth a retry, and the alert names the cure', async (_, spoil) => {
    const { handler, handled, alerts } = createEndpoint();
    const request = toRequest(signNotification({}, signing));
    await spoil(request);
    expect(await summarize(await handler(request))).toBe('503 body-consumed');
    expect(handled).toEqual([]);
    expect(alerts[0]?.detail).toMatch(/read or locked before the webhook.*clone/);
  });

  it('that was read from a clone is still there', async () => {
    const { handler, handled } = createEndpoint();
    const request = toRequest(signNotification({}, signing));
    await request.clone().json();
    expect((await handler(request)).status).toBe(204);
    expect(handled).toHaveLength(1);
  });
});

describe('the body in Hono on Node.js', () => {
  it('that a middleware has read is worth a retry', async () => {
    const { handler, alerts } = createEndpoint();
    const app = new Hono();
    app.use(async (c, next) => {
      await c.req.json();
      await next();
    });
    app.all('/webhooks/fic', (c) => handler(c.req.raw));
    const url = `${await startApp(app)}/webhooks/fic`;
    const response = await fetch(url, { method: 'POST', ...signNotification({}, signing) });
    expect(await summarize(response)).toBe('503 body-consumed');
    expect(alerts).toHaveLength(1);
  });

  it('whose sender hangs up in the middle is never handled', async () => {
    const { handler, handled, alerts } = createEndpoint();
    const app = new Hono().all('/webhooks/fic', (c) => handler(c.req.raw));
    const { port } = new URL(await startApp(app));
    const { headers, body } = signNotification({}, signing);
    const lines = Object.entries({ ...headers, Host: 'localhost', 'Content-Length': body.length + 10 });
    const socket = connect(Number(port), '127.0.0.1');
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`POST /webhooks/fic HTTP/1.1\r\n${head}\r\n${body}`, () => {
      // The server is given time to begin with the body.
      setTimeout(() => socket.destroy(), 100);
    });
    await expect.poll(() => alerts.map(({ code }) => code), { timeout: 10_000 }).toEqual(['body-aborted']);
    expect(handled).toEqual([]);
  });
});
