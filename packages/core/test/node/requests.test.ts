import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { binaryRequest, challengeRequest, structuredRequest } from '../support/requests.js';
import { bodyOf, converse, parseAnswers, toChunks, toHead } from './raw-http.js';
import { startEndpoint } from './start-endpoint.js';

const close = [['connection', 'close']] as const;

describe('createNodeHandler over HTTP/1', () => {
  it.each([
    ['binary', binaryRequest],
    ['structured', structuredRequest],
  ])('handles an event in %s mode', async (mode, makeRequest) => {
    const { port, events } = await startEndpoint();
    const request = await makeRequest({ event: { ids: [1, 2] } });
    const { received } = await converse(port, [toHead(request, { add: close }), await bodyOf(request)]);
    const [answer] = parseAnswers(received);
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer?.headers).not.toHaveProperty('content-length');
    expect(answer?.headers).not.toHaveProperty('transfer-encoding');
    expect(events).toMatchObject([{ mode, ids: [1, 2] }]);
  });

  it.each([
    ['the header', '/webhooks/fic', 'abc'],
    ['the query', '/webhooks/fic?a=1&x-fic-verification-challenge=a%2Bb+c', undefined],
  ])('answers a challenge in %s', async (_, target, challenge) => {
    const { port } = await startEndpoint();
    const request = await challengeRequest(challenge ?? '', {
      headers: { 'x-fic-verification-challenge': challenge },
    });
    const { received } = await converse(port, [toHead(request, { target, add: close })]);
    const [answer] = parseAnswers(received);
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({ verification: challenge ?? 'a+b c' });
    expect(answer?.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    });
  });

  it('survives a response whose methods somebody has replaced by ones that throw', async () => {
    const { port, server, events } = await startEndpoint();
    const told: string[] = [];
    const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void told.push(line));
    onTestFinished(() => error.mockRestore());
    server.prependListener('request', (_request, response) => {
      response.end = () => {
        throw new Error('replaced');
      };
    });
    const request = await binaryRequest();
    const { received } = await converse(port, [toHead(request, { add: close }), await bodyOf(request)]);
    expect(received).toBe('');
    expect(events).toHaveLength(1);
    expect(told).toEqual(['[fic-webhooks] An answer could not be written: Error: replaced']);
  });

  it('refuses a challenge that is repeated in header or query', async () => {
    const { port } = await startEndpoint();
    const inHeader = await challengeRequest('abc');
    const twice = toHead(inHeader, { add: [['X-FIC-Verification-Challenge', 'def'], ...close] });
    expect(parseAnswers((await converse(port, [twice])).received)[0]?.status).toBe(400);
    const target = '/?x-fic-verification-challenge=abc&x-fic-verification-challenge=abc';
    const inQuery = toHead(inHeader, { target, drop: ['x-fic-verification-challenge'], add: close });
    expect(parseAnswers((await converse(port, [inQuery])).received)[0]?.status).toBe(400);
  });

  it('reads a chunked body', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const head = toHead(request, {
      drop: ['content-length'],
      add: [['transfer-encoding', 'chunked'], ...close],
    });
    const { received } = await converse(port, [head, ...toChunks(await bodyOf(request), 3)]);
    expect(parseAnswers(received)[0]?.status).toBe(204);
    expect(events).toHaveLength(1);
  });

  it('reads a body that comes a byte at a time, within its time', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const bytes = await bodyOf(request);
    const pieces = Array.from(bytes, (byte) => [Uint8Array.of(byte), 2]).flat();
    const { received } = await converse(port, [toHead(request, { add: close }), ...pieces]);
    expect(parseAnswers(received)[0]?.status).toBe(204);
    expect(events).toHaveLength(1);
  });

  it('lets a sender that expects 100-continue send its body', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const head = toHead(request, { add: [['expect', '100-continue'], ...close] });
    const { received } = await converse(port, [head, 50, await bodyOf(request)]);
    expect(parseAnswers(received).map(({ status }) => status)).toEqual([100, 204]);
    expect(events).toHaveLength(1);
  });

  it('answers HEAD without a body, and says which methods there are', async () => {
    const { port } = await startEndpoint();
    const request = { ...(await challengeRequest('abc')), method: 'HEAD' };
    const { received, ending } = await converse(port, [toHead(request, { add: close })]);
    const [answer, ...more] = parseAnswers(received, { toHead: true });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
    expect(more).toEqual([]);
    expect(ending).toBe('closed');
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('answers %s with 405', async (method) => {
    const { port, events } = await startEndpoint();
    const request = { ...(await binaryRequest()), method };
    const { received } = await converse(port, [toHead(request, { add: close }), await bodyOf(request)]);
    expect(parseAnswers(received)[0]).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
    expect(events).toEqual([]);
  });

  it('serves HTTP/1.0 and ends the connection', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const { received, ending } = await converse(port, [
      toHead(request, { version: '1.0' }),
      await bodyOf(request),
    ]);
    expect(parseAnswers(received)[0]?.status).toBe(204);
    expect(ending).toBe('closed');
    expect(events).toHaveLength(1);
  });

  it('sees two Authorization headers, of which Node shows one', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const head = toHead(request, { add: [['Authorization', 'Bearer another'], ...close] });
    const { received } = await converse(port, [head, await bodyOf(request)]);
    const [answer] = parseAnswers(received);
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'token-repeated' });
    expect(events).toEqual([]);
  });

  it('sees a repeated ce- header', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const head = toHead(request, {
      add: [['Ce-Type', 'it.fattureincloud.webhooks.entities.clients.delete'], ...close],
    });
    const { received } = await converse(port, [head, await bodyOf(request)]);
    expect(parseAnswers(received)[0]?.status).toBe(503);
    expect(events).toEqual([]);
  });

  it('leaves huge headers to Node: 431', async () => {
    const { port, events } = await startEndpoint();
    const request = await binaryRequest();
    const head = toHead(request, { add: [['x-padding', 'a'.repeat(20_000)], ...close] });
    const { received } = await converse(port, [head, await bodyOf(request)]);
    expect(received).toMatch(/^HTTP\/1\.1 431 /);
    expect(events).toEqual([]);
  });

  it('counts bytes and not characters in an answer with accents', async () => {
    const { port } = await startEndpoint();
    const request = await challengeRequest('abc');
    const { received } = await converse(port, [toHead(request, { add: close })]);
    const [answer] = parseAnswers(received);
    expect(Number(answer?.headers['content-length'])).toBe(Buffer.byteLength(answer?.body ?? ''));
  });
});
