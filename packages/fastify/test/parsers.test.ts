import { connect } from 'node:net';
import { brotliCompressSync, createGunzip, type Gunzip, gzipSync } from 'node:zlib';
import { signNotification } from '@fic-webhooks/testing';
import type { FastifyInstance, preParsingAsyncHookHandler } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ficWebhooks, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { codeOf, createRecordingReceiver, send, signing, startApp } from './start-app.js';

const prefix = '/webhooks/fic';
const json = { 'content-type': 'application/json' };

/** Writes the text on a connection of its own, and gives what is received until the other side ends it. */
function converse(url: string, text: string): Promise<{ received: string; reset: boolean }> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let received = '';
    let reset = false;
    socket.setEncoding('latin1').on('data', (part) => {
      received += part;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reset ||= error.code === 'ECONNRESET';
    });
    socket.on('close', () => resolve({ received, reset }));
  });
}

/** The webhook at `prefix`, and a route of its owner at `/custom`. */
function registerBoth(app: FastifyInstance): void {
  const { receiver } = createRecordingReceiver();
  app.register(ficWebhooks, { receiver, prefix });
  app.register(async (scope) => {
    await scope.register(verifyFicWebhook, { receiver });
    scope.post('/custom', async (_request, reply) => reply.code(204).send());
  });
}

/** Collects the errors that would end the process, until the end of the test. */
function collectFatalErrors(): unknown[] {
  const fatal: unknown[] = [];
  const collect = (error: unknown) => {
    fatal.push(error);
  };
  process.on('uncaughtException', collect);
  onTestFinished(() => {
    process.off('uncaughtException', collect);
  });
  return fatal;
}

/** A hook that decompresses, as the documentation of Fastify shows it, and how many of its streams have ended. */
function createGunzipHook(): { hook: preParsingAsyncHookHandler; ended: () => number } {
  const streams: Gunzip[] = [];
  return {
    hook: async (request, _reply, payload) => {
      if (request.headers['content-encoding'] !== 'gzip') return payload;
      const gunzip = createGunzip();
      streams.push(gunzip);
      return payload.pipe(gunzip);
    },
    ended: () => streams.filter(({ destroyed }) => destroyed).length,
  };
}

describe.each(fastifyVersions)("ficWebhooks and the app's parsers in Fastify %s", (_version, fastify) => {
  it('leaves the parsers of the app as they are', async () => {
    const app = fastify();
    app.addContentTypeParser<string>(
      'text/csv',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => body.split(','),
    );
    app.post('/before', async (request) => ({ body: request.body }));
    await app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    await app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { receiver: createRecordingReceiver().receiver });
      scope.post('/custom', async (_request, reply) => reply.code(204).send());
    });
    app.post('/after', async (request) => ({ body: request.body }));
    const url = await startApp(app);
    for (const path of ['/before', '/after']) {
      expect((await send(url + path, { headers: json, body: '{"a":1}' })).body).toBe('{"body":{"a":1}}');
      const csv = await send(url + path, { headers: { 'content-type': 'text/csv' }, body: 'a,b' });
      expect(csv.body).toBe('{"body":["a","b"]}');
      expect((await send(url + path, { headers: json, body: '{' })).status).toBe(400);
      const unknown = { 'content-type': 'application/cloudevents+json' };
      expect((await send(url + path, { headers: unknown, body: '{}' })).status).toBe(415);
    }
  });

  it('has the limit of the receiver for bodies, not one of Fastify', async () => {
    const { receiver, handled } = createRecordingReceiver({ bodyLimit: 3_000_000 });
    const app = fastify({ bodyLimit: 10 });
    app.register(ficWebhooks, { receiver, prefix, routeOptions: { bodyLimit: 10 } });
    const url = (await startApp(app)) + prefix;
    const padded = (length: number) =>
      signNotification({}, { ...signing, body: '{"data":{"ids":[1]}}'.padEnd(length) });
    expect((await send(url, padded(2_000_000))).status).toBe(204);
    expect(handled).toHaveLength(1);
    const tooLong = await send(url, padded(3_000_001));
    expect([tooLong.status, codeOf(tooLong)]).toEqual([503, 'body-too-large']);
  });

  it('answers a forged request before any of its body has come', async () => {
    const app = fastify();
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { receiver: createRecordingReceiver().receiver });
      scope.post('/custom', async (_request, reply) => reply.code(204).send());
    });
    const url = await startApp(app);
    for (const path of [prefix, '/custom']) {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
      const { received } = await converse(url, `${head}Content-Length: 1000\r\n\r\n`);
      expect(received).toMatch(/^HTTP\/1\.1 401 /);
      expect(received).toContain('"code":"token-missing"');
      const long = await converse(url, `${head}Content-Length: 40000\r\n\r\n${' '.repeat(40_000)}`);
      expect(long.received).toContain('"code":"token-missing"');
      expect(long.received.toLowerCase()).toContain('connection: close');
      expect(long.reset).toBe(false);
    }
  });

  it('handles what a hook of the app has decompressed already', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = fastify();
    app.addHook('preParsing', async (request, _reply, payload) =>
      request.headers['content-encoding'] === 'gzip' ? payload.pipe(createGunzip()).pause() : payload,
    );
    app.register(ficWebhooks, { receiver, prefix });
    const url = (await startApp(app)) + prefix;
    const { headers, body } = signNotification({ ids: [7] }, signing);
    const gzip = { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(body) };
    expect((await send(url, gzip)).status).toBe(204);
    const other = signNotification({ ids: [8] }, signing);
    const br = {
      headers: { ...other.headers, 'Content-Encoding': 'br' },
      body: brotliCompressSync(other.body),
    };
    expect((await send(url, br)).status).toBe(204);
    expect(handled.map(({ ids }) => ids)).toEqual([[7], [8]]);
    const broken = { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: 'no gzip' };
    const answer = await send(url, broken);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'body-aborted']);
  });

  it.each(['POST', 'GET'])('survives a %s that a hook cannot decompress and nobody reads', async (method) => {
    const fatal = collectFatalErrors();
    const { hook, ended } = createGunzipHook();
    const app = fastify();
    app.addHook('preParsing', hook);
    registerBoth(app);
    const url = await startApp(app);
    for (const [index, path] of [prefix, '/custom'].entries()) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
      const { received } = await converse(
        url,
        `${head}Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip`,
      );
      expect(received).toMatch(/^HTTP\/1\.1 401 /);
      await expect.poll(ended, { timeout: 10_000 }).toBe(index + 1);
      expect(fatal).toEqual([]);
    }
    expect((await send(url + prefix, signNotification({}, signing))).status).toBe(204);
  });

  it('survives what a hook cannot decompress on its way to the handler', async () => {
    const fatal = collectFatalErrors();
    const { hook, ended } = createGunzipHook();
    const app = fastify();
    app.addHook('preHandler', () => expect.poll(ended, { timeout: 10_000 }).toBe(1));
    const { receiver } = createRecordingReceiver();
    app.register(ficWebhooks, { receiver, prefix, routeOptions: { preParsing: hook } });
    const { headers } = signNotification({}, signing);
    const broken = { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: 'no gzip' };
    const answer = await send((await startApp(app)) + prefix, broken);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'body-aborted']);
    expect(fatal).toEqual([]);
  });

  it('handles a Content-Type that Fastify cannot read, also after a hook has tried', async () => {
    const app = fastify();
    app.addHook('onRequest', async (request) => {
      expect(request.mediaType).toBeUndefined();
    });
    registerBoth(app);
    const url = await startApp(app);
    for (const path of [prefix, '/custom']) {
      const { headers, body } = signNotification({}, signing);
      const unreadable = { headers: { ...headers, 'Content-Type': 'json' }, body };
      expect((await send(url + path, unreadable)).status).toBe(204);
    }
  });

  it('says so when a hook has read the body and kept nothing', async () => {
    const lines: string[] = [];
    const log = (line: string) => {
      lines.push(line);
    };
    const { receiver } = createRecordingReceiver({ logger: { warn: log, error: log } });
    const app = fastify();
    app.addHook('onRequest', async ({ raw }) => {
      for await (const _chunk of raw) {
        // Dropped.
      }
    });
    app.register(ficWebhooks, { receiver, prefix });
    const answer = await send((await startApp(app)) + prefix, signNotification({}, signing));
    expect([answer.status, codeOf(answer)]).toEqual([503, 'body-consumed']);
    expect(lines.join('\n')).toContain('before the webhook');
  });

  it('tells plugins that take in every body to leave this one alone', async () => {
    const routes: unknown[] = [];
    const app = fastify();
    app.addHook('onRoute', ({ config, ...route }) => {
      routes.push([config, Reflect.get(route, 'decompress')]);
    });
    const { receiver } = createRecordingReceiver();
    await app.register(ficWebhooks, { receiver, prefix });
    const routeOptions = { config: { rawBody: true }, decompress: {} };
    await app.register(ficWebhooks, { receiver, prefix: '/other', routeOptions });
    // The names of fastify-raw-body and @fastify/compress; the app has the last word.
    expect(routes).toEqual([
      [{ rawBody: false }, false],
      [{ rawBody: true }, {}],
    ]);
  });
});
