import { createGunzip, gzipSync } from 'node:zlib';
import { signNotification } from '@fic-webhooks/testing';
import type { FastifyInstance, RequestPayload } from 'fastify';
import { describe, expect, it } from 'vitest';
import { deliver, deliveries } from '../../core/test/node/deliver.js';
import { verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

const types = ['application/json', 'application/cloudevents+json'];

async function readText(payload: RequestPayload): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of payload) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function addTextParser(scope: FastifyInstance): void {
  const parse = async (_request: unknown, body: string) => JSON.parse(body);
  scope.addContentTypeParser<string>(types, { parseAs: 'string' }, parse);
}

/** Parsers as an app adds them. Each makes the value of the JSON. */
const ownParsers: [string, (scope: FastifyInstance) => void][] = [
  ['takes the text', addTextParser],
  [
    'takes the bytes',
    (scope) => {
      const parse = async (_request: unknown, body: Buffer) => JSON.parse(body.toString());
      scope.addContentTypeParser<Buffer>(types, { parseAs: 'buffer' }, parse);
    },
  ],
  [
    'reads the stream',
    (scope) => {
      const parse = async (_request: unknown, payload: RequestPayload) => JSON.parse(await readText(payload));
      scope.addContentTypeParser(types, parse);
    },
  ],
  [
    'is that of Fastify',
    (scope) => {
      scope.addContentTypeParser(types, { parseAs: 'string' }, scope.getDefaultJsonParser('error', 'error'));
    },
  ],
];

/** Starts an app whose route for events answers with what its parser has made. */
async function start(app: FastifyInstance, addParser: (scope: FastifyInstance) => void): Promise<string> {
  app.register(async (scope) => {
    await scope.register(verifyFicWebhook, receiverOptions);
    addParser(scope);
    scope.post('/custom', async ({ body, ficEvent }) => ({ body, ids: ficEvent.ids }));
  });
  return `${await startApp(app)}/custom`;
}

describe.each(fastifyVersions)('parsers behind verifyFicWebhook in Fastify %s', (_version, fastify) => {
  it.each(ownParsers)('one that %s reads what was sent', async (_, addOwnParser) => {
    const url = await start(fastify(), addOwnParser);
    for (const mode of ['binary', 'structured'] as const) {
      const notification = signNotification({ ids: [1], name: 'products.create' }, { ...signing, mode });
      for (const delivery of deliveries) {
        const { status, body } = await deliver(url, notification, delivery);
        expect([delivery, status]).toEqual([delivery, 200]);
        expect(JSON.parse(body)).toEqual({ body: JSON.parse(notification.body), ids: [1] });
      }
    }
  });

  it('one reads what a hook before has decompressed', async () => {
    const app = fastify();
    app.addHook('preParsing', async (request, _reply, payload) => {
      if (request.headers['content-encoding'] !== 'gzip') return payload;
      const gunzip: RequestPayload = createGunzip();
      gunzip.receivedEncodedLength = Number(request.headers['content-length']);
      return payload.pipe(gunzip as ReturnType<typeof createGunzip>);
    });
    const url = await start(app, addTextParser);
    const { headers, body } = signNotification({ ids: [1] }, signing);
    const answer = await send(url, {
      headers: { ...headers, 'Content-Encoding': 'gzip' },
      body: gzipSync(body),
    });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { body: JSON.parse(body), ids: [1] }]);
  });

  it('one reads the request itself where the receiver did not have to', async () => {
    const app = fastify();
    const { headers, body } = signNotification({ ids: [1] }, signing);
    app.addHook('onRequest', async ({ raw }) => {
      Object.assign(raw, { rawBody: Buffer.from(body) });
    });
    // The space tells them apart: what was kept is shorter than what was sent.
    const answer = await send(await start(app, addTextParser), { headers, body: `${body} ` });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { body: JSON.parse(body), ids: [1] }]);
  });

  it('one has the limit of Fastify for bodies', async () => {
    const url = await start(fastify({ bodyLimit: 100 }), addTextParser);
    const body = '{"data":{"ids":[1]}}';
    expect((await send(url, signNotification({}, { ...signing, body: body.padEnd(100) }))).status).toBe(200);
    expect((await send(url, signNotification({}, { ...signing, body: body.padEnd(101) }))).status).toBe(413);
  });

  it('none is needed: what nobody parses is undefined', async () => {
    const url = await start(fastify(), () => {});
    for (const delivery of deliveries) {
      const { status, body } = await deliver(url, signNotification({ ids: [1] }, signing), delivery);
      expect([delivery, status, body]).toEqual([delivery, 200, '{"ids":[1]}']);
    }
  });
});
