import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SendError, sendOverHttp } from '../src/index.js';
import { startServer } from './start-server.js';

/** A server that gives back what it was sent, as raw as node:http shows it. */
async function startMirror() {
  return startServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, rawHeaders } = request;
    response.setHeader('X-Two', ['1', '2']);
    response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString('latin1') }));
  });
}

test('a request goes out as it was given, on a connection of its own', async () => {
  const url = await startMirror();
  const { status, headers, body } = await sendOverHttp(`${url}?a=1`)({
    headers: [
      ['Authorization', 'one'],
      ['Authorization', 'two'],
      ['X-Latin', 'caff\u00e8'],
    ],
    query: { 'a b': '\u20ac&' },
    body: new Uint8Array([0xff, 0x00]),
  });
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'x-two': '1, 2', connection: 'close' });
  expect(JSON.parse(body)).toEqual({
    method: 'POST',
    url: '/webhooks/fic?a=1&a+b=%E2%82%AC%26',
    rawHeaders: [
      ...['Host', new URL(url).host, 'Authorization', 'one', 'Authorization', 'two', 'X-Latin', 'caff\u00e8'],
      ...['Connection', 'close', 'Content-Length', '2'],
    ],
    body: '\xff\0',
  });
});

test('a GET has no body, and a record of headers will do', async () => {
  const { body } = await sendOverHttp(await startMirror())({ method: 'GET', headers: { 'X-One': '1' } });
  expect(JSON.parse(body)).toMatchObject({ method: 'GET', body: '' });
  expect(JSON.parse(body).rawHeaders).not.toContain('Content-Length');
});

test('an answer without end is cut off', async () => {
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const url = await startServer((_request, response) => {
    response.on('close', () => close()).on('error', () => {});
    const write = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', write);
    write();
  });
  await expect(sendOverHttp(url)({ body: '{}' })).rejects.toMatchObject({ code: 'send-too-large' });
  await closed;
  const small = sendOverHttp(await startMirror(), { maximumAnswer: 10 });
  await expect(small({ body: '{}' })).rejects.toMatchObject({ code: 'send-too-large' });
});

test('a redirect is not followed', async () => {
  let requests = 0;
  const url = await startServer((_request, response) => {
    requests++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await sendOverHttp(url)({ body: 'x' })).toMatchObject({
    status: 307,
    headers: { location: '/elsewhere' },
  });
  expect(requests).toBe(1);
});

test('an answer given before the body is read counts', async () => {
  const url = await startServer((_request, response) => {
    response.writeHead(503, { connection: 'close' }).end('early');
  });
  const answer = await sendOverHttp(url)({ body: Buffer.alloc(20 * 1024) });
  expect(answer).toMatchObject({ status: 503, body: 'early' });
});

test('without an answer it rejects with the reason', async () => {
  const hanging = await startServer(() => {});
  await expect(sendOverHttp(hanging, { timeout: 50 })({})).rejects.toMatchObject({ code: 'send-timeout' });

  const broken = await startServer((request) => request.socket.destroy());
  await expect(sendOverHttp(broken)({})).rejects.toMatchObject({ code: 'send-broken' });

  const cutShort = await startServer((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('1234');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(sendOverHttp(cutShort)({})).rejects.toMatchObject({ code: 'send-broken' });

  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const down = sendOverHttp(`http://127.0.0.1:${port}/`)({});
  await expect(down).rejects.toMatchObject({
    code: 'send-refused',
    message: expect.stringContaining('Is the app running'),
  });
  await expect(down).rejects.toBeInstanceOf(SendError);

  const silent = createServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const half = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await expect(sendOverHttp(half, { timeout: 100 })({})).rejects.toMatchObject({ code: 'send-timeout' });
});

test('what cannot be written as HTTP is said so', async () => {
  const send = sendOverHttp(await startMirror());
  await expect(send({ headers: { 'X-Bad': 'a\nb' } })).rejects.toMatchObject({ code: 'send-impossible' });
  await expect(send({ headers: { 'X-Bad': '\u20ac' } })).rejects.toMatchObject({ code: 'send-impossible' });
  expect(() => sendOverHttp('localhost:3000')).toThrow(
    expect.objectContaining({ code: 'option-invalid', option: 'url' }),
  );
});
