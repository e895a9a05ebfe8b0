import { type ClientHttp2Session, connect, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { challengeRequest, type SendableRequest, signNotification } from '@fic-webhooks/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ficWebhooks, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { createRecordingReceiver, signing } from './start-app.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function send(
  client: ClientHttp2Session,
  path: string,
  { method = 'POST', headers, body }: SendableRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fields = Object.entries({ ...headers }).filter(([name]) => name !== 'Connection');
    const stream = client.request({ ':method': method, ':path': path, ...Object.fromEntries(fields) });
    let answered: IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    stream.on('response', (received) => {
      answered = received;
    });
    stream.on('end', () => resolve({ status: Number(answered[':status']), headers: answered, body: text }));
    stream.on('error', reject);
    stream.end(body);
  });
}

describe.each(fastifyVersions)('over HTTP/2 in Fastify %s', (_version, fastify) => {
  it('answers events, challenges and forgeries on one connection, without a Connection header', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = fastify({ http2: true });
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('connection', 'close').header('x-app', 'yes');
    });
    app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { receiver });
      scope.post('/custom', async ({ ficEvent }, reply) =>
        reply.removeHeader('connection').send({ ids: ficEvent.ids }),
      );
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = (app.server as unknown as Http2Server).address() as AddressInfo;
    const client = connect(`http://127.0.0.1:${port}`);
    onTestFinished(async () => {
      client.destroy();
      await app.close();
    });

    const notification = signNotification({ ids: [7] }, signing);
    const handledAnswer = await send(client, '/webhooks/fic', notification);
    expect(handledAnswer).toMatchObject({ status: 204, body: '', headers: { 'x-app': 'yes' } });
    const challenge = challengeRequest(signing);
    for (const path of ['/webhooks/fic', '/custom']) {
      const { status, body } = await send(client, path, challenge);
      expect([status, JSON.parse(body)]).toEqual([200, { verification: challenge.challenge }]);
      const refused = await send(client, path, { body: ' '.repeat(50_000) });
      expect(refused.status).toBe(401);
      expect(refused.headers).not.toHaveProperty('connection');
    }
    expect(await send(client, '/custom', notification)).toMatchObject({ status: 200, body: '{"ids":[7]}' });
    expect(handled).toHaveLength(1);
  });
});
