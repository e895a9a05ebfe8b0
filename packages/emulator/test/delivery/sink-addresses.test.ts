import { lookup } from 'node:dns/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isLoopback } from '../../src/delivery/is-loopback.js';
import { makeCertificate } from '../support/make-certificate.js';
import { type EngineSetup, startEngine } from '../support/start-engine.js';
import { startRawSink, startSink } from '../support/start-sink.js';

/** Sends one event, and returns what became of its only attempt. */
async function attemptOf(url: string, setup: EngineSetup = {}) {
  const { engine, subscribe, emit, attempts } = startEngine(setup);
  subscribe(url);
  const { id } = emit();
  await engine.settled();
  const [attempt] = attempts(id);
  if (attempt === undefined) throw new Error('There was no attempt.');
  return attempt;
}

test.each([
  'http://10.0.0.1/x',
  'http://192.168.1.1:8080/x',
  'http://169.254.169.254/latest/meta-data',
  'http://0.0.0.0:80/x',
  'http://8.8.8.8/x',
  'http://0x0a000001/x',
  'http://[2001:db8::1]/x',
  'https://[2001:db8::1]/x',
  'http://[fe80::1]/x',
  'http://[::]/x',
  'http://[::ffff:10.0.0.1]/x',
  'http://[64:ff9b::127.0.0.1]/x',
  'https://10.0.0.1:8443/x',
])('%s is refused, and nothing is sent', async (url) => {
  const { failure, response, duration, verdict } = await attemptOf(url);
  expect(failure?.code).toBe('sink-not-loopback');
  expect(failure?.message).toBe(
    `${new URL(url).hostname} is not this machine. Start the emulator with remote sinks allowed, if you mean it.`,
  );
  expect(response).toBeNull();
  expect(verdict).toBe('dropped');
  // No packet has left, which would have been waited for.
  expect(duration).toBeLessThan(1_000);
});

test('a name is judged by what it resolves to when the connection is made', async () => {
  const sink = await startSink();
  const near = await attemptOf(sink.url.replace('127.0.0.1', 'localhost'));
  expect(near.response?.status).toBe(204);
  const nowhere = await attemptOf('http://no-such-host.invalid/x');
  expect(nowhere.failure?.code).toBe('name-unknown');
});

test('localhost reaches a sink that listens on one of its addresses only', async () => {
  const addresses = await lookup('localhost', { all: true });
  for (const { address } of addresses) {
    const server = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, address, resolve);
    });
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { response, failure } = await attemptOf(`http://localhost:${port}/x`);
    expect({ address, status: response?.status, failure }).toEqual({ address, status: 204, failure: null });
  }
});

test.each(['127.0.0.1', '127.8.9.10', '[::ffff:127.0.0.1]', '0x7f000001', '127.1'])(
  '%s is this machine',
  async (host) => {
    const { url } = await startSink();
    const { failure } = await attemptOf(url.replace('127.0.0.1', host));
    expect(failure?.code).not.toBe('sink-not-loopback');
  },
);

test('loopback addresses, and what only looks like them', () => {
  for (const address of [
    '127.0.0.1',
    '127.255.255.255',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ]) {
    expect({ address, is: isLoopback(address) }).toEqual({ address, is: true });
  }
  for (const address of [
    '126.255.255.255',
    '128.0.0.0',
    '0.0.0.0',
    '::',
    '::2',
    '::ffff:128.0.0.1',
    'localhost',
    '',
  ]) {
    expect({ address, is: isLoopback(address) }).toEqual({ address, is: false });
  }
});

test('remote sinks are called when they are allowed', async () => {
  const { failure } = await attemptOf('http://10.255.255.1/x', {
    sinkRules: { allowRemote: true },
    behaviour: { answerTimeout: 200 },
  });
  expect(failure?.code).not.toBe('sink-not-loopback');
});

test('a certificate that nobody trusts is a failure of the secure connection', async () => {
  let requests = 0;
  const server = createHttpsServer(makeCertificate(), (_, response) => {
    requests++;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { failure } = await attemptOf(`https://127.0.0.1:${port}/x`);
  expect(failure?.code).toBe('tls');
  expect(requests).toBe(0);
});

test('rubbish in place of a secure connection', async () => {
  const rubbish = await startRawSink((socket) =>
    socket.end('HTTP/1.1 200 OK\r\n\r\nplain text, plain text, plain text'),
  );
  const { failure } = await attemptOf(rubbish.url.replace('http:', 'https:'));
  expect(failure?.code).toBe('tls');
});

test('a secure connection that never comes about is given up, and leaves nothing open', async () => {
  const silent = await startRawSink((socket) => socket.resume());
  const { failure, duration } = await attemptOf(silent.url.replace('http:', 'https:'), {
    behaviour: { answerTimeout: 200 },
  });
  expect(failure?.code).toBe('timeout');
  expect(duration).toBeLessThan(5_000);
  await expect.poll(() => silent.open.size).toBe(0);
});
