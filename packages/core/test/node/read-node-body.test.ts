import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { NodeRequest } from '../../src/node/node-request.js';
import { readNodeBody } from '../../src/node/read-node-body.js';
import type { BodyResult } from '../../src/receiver/receiver-request.js';

/** Sends a body to a real server, lets something happen to the request there, and reads the body from it. */
async function readAfter(
  prepare: (request: IncomingMessage & { body?: unknown; rawBody?: unknown }) => unknown,
  { body = 'sent', limit = 1_000 }: { body?: string; limit?: number } = {},
): Promise<BodyResult> {
  const result = new Promise<BodyResult>((resolve, reject) => {
    const server = createServer((request, response) => {
      Promise.resolve(prepare(request))
        .then(() => readNodeBody(request as NodeRequest, limit))
        .then(resolve, reject)
        .finally(() => {
          response.end();
          server.closeAllConnections();
          server.close();
        });
    });
    server.listen(0, '127.0.0.1', () => {
      const sending = httpRequest({ port: (server.address() as AddressInfo).port, method: 'POST' });
      sending.on('error', () => {});
      sending.end(body);
    });
  });
  return result;
}

async function consume(request: IncomingMessage): Promise<void> {
  for await (const chunk of request) void chunk;
}

function textOf(result: BodyResult): string {
  if (!('bytes' in result)) throw new Error(`No bytes: ${JSON.stringify(result)}`);
  return new TextDecoder().decode(result.bytes);
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunked = (text: string) => `Transfer-Encoding: chunked\r\n\r\n${chunk(text)}`;

describe('readNodeBody', () => {
  it('reads the stream when nobody has', async () => {
    const result = await readAfter(() => {});
    expect(textOf(result)).toBe('sent');
    expect(result).not.toHaveProperty('decoded');
  });

  it('reads a stream that somebody has paused on its way', async () => {
    const body = 'a'.repeat(500_000);
    const result = await readAfter((request) => void request.pause(), { body, limit: 1_000_000 });
    expect(textOf(result)).toHaveLength(500_000);
  });

  it('reads the stream in spite of a body that a parser made up', async () => {
    const result = await readAfter((request) => {
      request.body = {};
    });
    expect(textOf(result)).toBe('sent');
  });

  it('takes a body that has come as a whole from the stream, without a promise', async () => {
    for (const body of ['sent', '', 'x'.repeat(1_000)]) {
      let request: IncomingMessage | undefined;
      let atOnce: BodyResult | Promise<BodyResult> | undefined;
      const result = await readAfter(
        async (arrived) => {
          request = arrived;
          while (!arrived.complete) await new Promise((resolve) => setImmediate(resolve));
          atOnce = readNodeBody(arrived as NodeRequest, 1_000);
          await atOnce;
          return new Promise((resolve) => arrived.once('end', resolve));
        },
        { body },
      );
      expect(textOf(atOnce as BodyResult)).toBe(body);
      // The stream has ended as any other does, and whoever asks again is told so.
      expect(request?.readableEnded).toBe(true);
      expect(result).toMatchObject({ failed: 'consumed' });
    }
  });

  it.each([
    ['with the headers', 'Content-Length: 4\r\n\r\nsent', undefined, 0],
    ['after the headers', 'Content-Length: 4\r\n\r\n', 'sent', 1],
    ['in two parts', 'Content-Length: 4\r\n\r\nse', 'nt', 1],
    ['in a chunk that comes with the headers, and another', chunked('se'), `${chunk('nt')}0\r\n\r\n`, 1],
  ])('reads a body that comes %s', async (_, head, rest, listeners) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}`);
    const [result, listening] = await new Promise<[BodyResult, number]>((resolve) => {
      server.on('request', async (request) => {
        // As the adapters do: between the headers and the body.
        const reading = readNodeBody(request, 1_000);
        await new Promise(setImmediate);
        const listening = request.listenerCount('data');
        if (rest !== undefined) socket.write(rest);
        resolve([await reading, listening]);
      });
    });
    socket.destroy();
    server.close();
    expect(textOf(result)).toBe('sent');
    expect(listening).toBe(listeners);
  });

  it('leaves a body that has come as a whole and is too long to the stream', async () => {
    const result = await readAfter(
      async (arrived) => {
        while (!arrived.complete) await new Promise((resolve) => setImmediate(resolve));
      },
      { body: 'x'.repeat(1_001) },
    );
    expect(result).toMatchObject({ failed: 'too-large' });
  });

  it('reads an empty stream as no bytes', async () => {
    expect(textOf(await readAfter(() => {}, { body: '' }))).toBe('');
  });

  it('reads a stream that gives text', async () => {
    const result = await readAfter(
      (request) => {
        request.setEncoding('utf8');
      },
      { body: 'perché' },
    );
    expect(textOf(result)).toBe('perché');
  });

  it.each([
    ['a Buffer', Buffer.from('kept'), 'kept'],
    ['a Uint8Array', new TextEncoder().encode('kept'), 'kept'],
    ['a string', 'perché', 'perché'],
    ['an empty string', '', ''],
  ])('takes rawBody in %s first, as decoded', async (_, rawBody, text) => {
    const result = await readAfter(async (request) => {
      await consume(request);
      request.rawBody = rawBody;
      request.body = { another: true };
    });
    expect(textOf(result)).toBe(text);
    expect(result).toMatchObject({ decoded: true });
  });

  it.each([
    ['a Buffer', Buffer.from('kept')],
    ['a string', 'kept'],
  ])('takes body in %s, as decoded', async (_, body) => {
    const result = await readAfter(async (request) => {
      await consume(request);
      request.body = body;
    });
    expect(textOf(result)).toBe('kept');
    expect(result).toMatchObject({ decoded: true });
  });

  it.each([
    ['an object', { data: { ids: [1] } }],
    ['an empty object', {}],
    ['null', null],
    ['a number', 5],
  ])('gives %s that a parser made of a stream it has read', async (_, body) => {
    const result = await readAfter(async (request) => {
      await consume(request);
      request.body = body;
    });
    expect(result).toEqual({ parsed: body });
  });

  it('says that the body is gone, who may have taken it and what to do', async () => {
    const result = await readAfter(consume);
    expect(result).toMatchObject({ failed: 'consumed' });
    expect(result).toHaveProperty('detail', expect.stringContaining('mounted before the webhook'));
  });

  it('says so too when only a part of it was read', async () => {
    const result = await readAfter((request) => {
      return new Promise<void>((resolve) => {
        request.once('data', () => {
          request.pause();
          resolve();
        });
      });
    });
    expect(result).toMatchObject({ failed: 'consumed' });
  });

  it('takes exactly as many bytes as allowed, and no more', async () => {
    expect(textOf(await readAfter(() => {}, { body: 'a'.repeat(10), limit: 10 }))).toHaveLength(10);
    expect(await readAfter(() => {}, { body: 'a'.repeat(11), limit: 10 })).toMatchObject({
      failed: 'too-large',
    });
  });

  it('tells a request that is already broken', async () => {
    const result = await readAfter((request) => {
      request.destroy();
    });
    expect(result).toEqual({ failed: 'aborted' });
  });
});
