import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { binaryRequest, type TestRequest } from '../support/requests.js';
import { createSigningKey } from '../support/sign-token.js';
import { bodyOf, converse, parseAnswers, toHead } from './raw-http.js';
import { startEndpoint } from './start-endpoint.js';

/** A good request without its token. */
async function withoutToken(): Promise<TestRequest> {
  return binaryRequest({ headers: { authorization: undefined } });
}

async function inOne(
  request: TestRequest,
  add: readonly (readonly [string, string])[] = [],
): Promise<Uint8Array> {
  return Buffer.concat([Buffer.from(toHead(request, { add })), await bodyOf(request)]);
}

describe('a connection', () => {
  it('serves another request after 204', async () => {
    const { port, events } = await startEndpoint();
    const last = await inOne(await binaryRequest(), [['connection', 'close']]);
    const { received } = await converse(port, [
      await inOne(await binaryRequest()),
      50,
      await inOne(await binaryRequest()),
      50,
      last,
    ]);
    const answers = parseAnswers(received);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(answers[0]?.headers['connection']).toBe('keep-alive');
    expect(events).toHaveLength(3);
  });

  it('serves another request after a refusal of a request without a body', async () => {
    const { port, events } = await startEndpoint();
    const bodiless = toHead(await withoutToken(), { drop: ['content-length'] });
    const last = await inOne(await binaryRequest(), [['connection', 'close']]);
    const { received } = await converse(port, [bodiless, 50, last]);
    expect(parseAnswers(received).map(({ status }) => status)).toEqual([401, 204]);
    expect(events).toHaveLength(1);
  });

  it('serves another request after a failure that has read the body', async () => {
    const { port, events } = await startEndpoint();
    const malformed = await inOne(await binaryRequest({ body: '{' }));
    const last = await inOne(await binaryRequest(), [['connection', 'close']]);
    const { received } = await converse(port, [malformed, 50, last]);
    expect(parseAnswers(received).map(({ status }) => status)).toEqual([503, 204]);
    expect(events).toHaveLength(1);
  });

  it('ends after a refusal that left a body unread, without a reset', async () => {
    const { port } = await startEndpoint();
    const { received, ending, milliseconds } = await converse(port, [await inOne(await withoutToken())]);
    const [answer] = parseAnswers(received);
    expect(answer).toMatchObject({ status: 401, headers: { connection: 'close' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 401, code: 'token-missing' });
    expect(ending).toBe('closed');
    expect(milliseconds).toBeLessThan(1_000);
  });

  it('serves pipelined requests in order', async () => {
    const { port, events } = await startEndpoint();
    const requests = await Promise.all([1, 2, 3].map((id) => binaryRequest({ event: { ids: [id] } })));
    const parts = await Promise.all(
      requests.map((request, index) => inOne(request, index === 2 ? [['connection', 'close']] : [])),
    );
    const { received } = await converse(port, [Buffer.concat(parts)]);
    expect(parseAnswers(received).map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(events.map(({ ids }) => ids)).toEqual(expect.arrayContaining([[1], [2], [3]]));
  });

  it('does not take the unread body of a refused request for another request', async () => {
    const { port, events } = await startEndpoint();
    const smuggled = await inOne(await binaryRequest());
    const refused = await binaryRequest({ headers: { authorization: undefined }, body: smuggled });
    const { received, ending } = await converse(port, [await inOne(refused)]);
    expect(parseAnswers(received).map(({ status }) => status)).toEqual([401]);
    expect(ending).toBe('closed');
    expect(events).toEqual([]);
  });

  it('that breaks off within the body hurts nobody', async () => {
    const { port, events, lines } = await startEndpoint();
    const request = await binaryRequest();
    const socket = connect(port, '127.0.0.1');
    socket.write(toHead(request));
    socket.write((await bodyOf(request)).subarray(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect.poll(() => lines.join('\n')).toContain('body-aborted');
    const { received } = await converse(port, [
      await inOne(await binaryRequest(), [['connection', 'close']]),
    ]);
    expect(parseAnswers(received)[0]?.status).toBe(204);
    expect(events).toHaveLength(1);
  });

  it('that breaks off while the handler runs: the event is handled, and a retry gets 204', async () => {
    let finish = () => {};
    let runs = 0;
    const { port } = await startEndpoint({
      handlers: {
        'entities.clients.create': () => {
          runs++;
          return new Promise<void>((resolve) => {
            finish = resolve;
          });
        },
      },
    });
    const request = await binaryRequest();
    const socket = connect(port, '127.0.0.1');
    socket.write(await inOne(request));
    await expect.poll(() => runs).toBe(1);
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    finish();
    const { received } = await converse(port, [await inOne(request, [['connection', 'close']])]);
    expect(parseAnswers(received)[0]?.status).toBe(204);
    expect(runs).toBe(1);
  });
});

describe('an unread body', () => {
  it.each([
    ['64 KiB less a bit', 60 * 1024],
    ['1 MiB', 1024 * 1024],
    ['10 MiB', 10 * 1024 * 1024],
  ])('of %s: the sender sees the whole refusal', async (_, size) => {
    const { port } = await startEndpoint();
    const request = await withoutToken();
    const head = toHead(request, { drop: ['content-length'], add: [['content-length', String(size)]] });
    const piece = Buffer.alloc(64 * 1024, 120);
    const pieces = Array.from({ length: Math.ceil(size / piece.length) }, () => piece);
    const { received, ending } = await converse(port, [head, ...pieces]);
    const [answer] = parseAnswers(received);
    expect(answer?.status).toBe(401);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'token-missing' });
    if (size <= 64 * 1024) expect(ending).toBe('closed');
  });

  it('of 10 MiB from a Node client: it gets the answer and no error', async () => {
    const { port } = await startEndpoint();
    for (let round = 0; round < 5; round++) {
      const outcome = await upload(port, 10 * 1024 * 1024);
      expect(outcome).toMatchObject({ status: 401, code: 'token-missing' });
    }
  });

  // The connection is kept for 250 ms of real time, which a busy machine may spend elsewhere: hence the retries.
  it('of a sender that looks at the answer only after sending all: it finds the answer, and no reset', {
    retry: 3,
  }, async () => {
    const { port } = await startEndpoint();
    const size = 48 * 1024;
    const head = toHead(await withoutToken(), {
      drop: ['content-length'],
      add: [['content-length', String(size)]],
    });
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const ended = new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject));
    ended.catch(() => {});
    socket.pause();
    socket.write(head);
    for (let sent = 0; sent < size; sent += 16 * 1024) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.write(Buffer.alloc(16 * 1024, 120));
    }
    let received = '';
    socket.on('data', (bytes: Uint8Array) => {
      received += String(bytes);
    });
    socket.resume();
    await ended;
    expect(parseAnswers(received)[0]?.status).toBe(401);
  });

  it('that never ends is cut off soon', async () => {
    const { port } = await startEndpoint();
    const head = toHead(await withoutToken(), {
      drop: ['content-length'],
      add: [['transfer-encoding', 'chunked']],
    });
    const drops = Array.from({ length: 300 }, () => ['1\r\nx\r\n', 20]).flat();
    const { received, milliseconds } = await converse(port, [head, ...drops]);
    expect(parseAnswers(received)[0]).toMatchObject({ status: 401 });
    expect(milliseconds).toBeLessThan(2_000);
  });

  it('that is announced and never sent is not waited for', async () => {
    const { port } = await startEndpoint();
    const head = toHead(await withoutToken(), {
      drop: ['content-length'],
      add: [['content-length', '1000']],
    });
    const { received, ending, milliseconds } = await converse(port, [head]);
    expect(parseAnswers(received)[0]?.status).toBe(401);
    expect(ending).toBe('closed');
    expect(milliseconds).toBeLessThan(2_000);
  });

  it('of a forgery that names us is not read either', async () => {
    const { port } = await startEndpoint();
    const request = await binaryRequest({ key: createSigningKey() });
    const { received, ending } = await converse(port, [toHead(request)]);
    expect(parseAnswers(received)[0]).toMatchObject({ status: 503, headers: { connection: 'close' } });
    expect(ending).toBe('closed');
  });
});

describe('a genuine request', () => {
  it('whose body never ends is cut at the deadline: 503', async () => {
    const { port, events } = await startEndpoint({ answerWithin: 300 });
    const request = await binaryRequest();
    const head = toHead(request, { drop: ['content-length'], add: [['transfer-encoding', 'chunked']] });
    const drops = Array.from({ length: 200 }, () => ['1\r\n \r\n', 20]).flat();
    const { received, milliseconds } = await converse(port, [head, ...drops]);
    const [answer] = parseAnswers(received);
    expect(answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'body-late' });
    expect(milliseconds).toBeGreaterThan(250);
    expect(milliseconds).toBeLessThan(2_000);
    expect(events).toEqual([]);
  });

  it('whose body stops half-way is cut at the deadline: 503', async () => {
    const { port, events } = await startEndpoint({ answerWithin: 300 });
    const request = await binaryRequest();
    const { received, milliseconds } = await converse(port, [
      toHead(request),
      (await bodyOf(request)).subarray(0, 9),
    ]);
    expect(JSON.parse(parseAnswers(received)[0]?.body ?? '')).toMatchObject({ code: 'body-late' });
    expect(milliseconds).toBeLessThan(2_000);
    expect(events).toEqual([]);
  });

  it('whose body is too large is told so, and not read to its end', async () => {
    const { port, events } = await startEndpoint({ bodyLimit: 1_000 });
    const request = await binaryRequest({ body: Buffer.alloc(5 * 1024 * 1024, 32) });
    const { received } = await converse(port, [await inOne(request)]);
    const [answer] = parseAnswers(received);
    expect(answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'body-too-large' });
    expect(events).toEqual([]);
  });

  it('whose body is as large as the limit is read', async () => {
    const { port, events } = await startEndpoint({ bodyLimit: 1_000 });
    const body = '{"data":{"ids":[1]}}'.padEnd(1_000, ' ');
    const fits = await inOne(await binaryRequest({ body }), [['connection', 'close']]);
    expect(parseAnswers((await converse(port, [fits])).received)[0]?.status).toBe(204);
    const over = await inOne(await binaryRequest({ body: `${body} ` }), [['connection', 'close']]);
    expect(parseAnswers((await converse(port, [over])).received)[0]?.status).toBe(503);
    expect(events).toHaveLength(1);
  });
});

function upload(
  port: number,
  size: number,
): Promise<{ status: number | undefined; code?: string; error?: string }> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: true });
    const request = httpRequest(
      { port, host: '127.0.0.1', method: 'POST', agent, headers: { 'content-length': size } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('error', (error) => resolve({ status: response.statusCode, error: error.message }));
        response.on('end', () => {
          agent.destroy();
          resolve({ status: response.statusCode, ...(JSON.parse(body) as { code: string }) });
        });
      },
    );
    request.on('error', (error) => resolve({ status: undefined, error: error.message }));
    const piece = Buffer.alloc(64 * 1024, 120);
    let left = size;
    const write = () => {
      while (left > 0) {
        left -= piece.length;
        if (!request.write(piece)) {
          request.once('drain', write);
          return;
        }
      }
      request.end();
    };
    write();
  });
}
