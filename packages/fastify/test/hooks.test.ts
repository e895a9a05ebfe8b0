import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { ficWebhooks, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { codeOf, createRecordingReceiver, keys, send, signing, startApp } from './start-app.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    isPublic?: boolean;
  }
}

const prefix = '/webhooks/fic';

describe.each(fastifyVersions)("ficWebhooks and the app's hooks in Fastify %s", (_version, fastify) => {
  it('is refused by a guard for the whole app, unless the guard honours a flag of the route', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = fastify();
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.isPublic !== true) return reply.code(401).send();
    });
    app.register(ficWebhooks, { receiver, prefix: '/guarded' });
    app.register(ficWebhooks, { receiver, prefix, routeOptions: { config: { isPublic: true } } });
    const url = await startApp(app);
    expect((await send(`${url}/guarded`, signNotification({}, signing))).status).toBe(401);
    expect((await send(url + prefix, signNotification({}, signing))).status).toBe(204);
    expect(handled).toHaveLength(1);
  });

  it('answers byte for byte what the receiver says, past serializers and onSend', async () => {
    const called: string[] = [];
    const app = fastify();
    app.addHook('preSerialization', async (_request, _reply, payload) => {
      called.push('preSerialization');
      return { wrapped: payload };
    });
    app.addHook('onSend', async () => {
      called.push('onSend');
      return 'wrapped';
    });
    app.setErrorHandler(async () => called.push('errorHandler'));
    app.get('/other', async () => ({}));
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    const url = await startApp(app);
    const challenge = challengeRequest(signing);
    const answer = await send(url + prefix, challenge);
    expect(answer.body).toBe(`{"verification":"${challenge.challenge}"}`);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(codeOf(await send(url + prefix, { body: '{}' }))).toBe('token-missing');
    expect(called).toEqual([]);
    expect((await send(`${url}/other`, { method: 'GET' })).body).toBe('wrapped');
    expect(called).toEqual(['preSerialization', 'onSend']);
  });

  it('keeps headers that hooks have set before, but for those that describe a body', async () => {
    const app = fastify();
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'x-request-id': '7', 'cache-control': 'public', connection: 'close' });
      reply.headers({ 'content-encoding': 'gzip', 'content-length': '1', 'content-type': 'text/html' });
      reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2');
      reply.raw.setHeader('x-frame-options', 'SAMEORIGIN');
    });
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    const url = (await startApp(app)) + prefix;
    const challenge = await send(url, challengeRequest(signing));
    expect(challenge.headers).toMatchObject({
      'x-request-id': '7',
      'x-frame-options': 'SAMEORIGIN',
      'set-cookie': 'a=1, b=2',
      connection: 'close',
      'cache-control': 'no-store',
      'content-type': 'application/json',
    });
    expect(challenge.headers).not.toHaveProperty('content-encoding');
    const handled = await send(url, signNotification({}, signing));
    expect([handled.status, handled.headers['x-request-id']]).toEqual([204, '7']);
    expect(handled.headers).not.toHaveProperty('content-type');
    expect(handled.headers).not.toHaveProperty('content-length');
  });

  it.each(['naïve – 日本', 'two\r\nlines'])(
    'leaves out the header %j of a hook, which Node.js refuses',
    async (name) => {
      const app = fastify();
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers({ 'x-customer': name, 'x-request-id': '7' });
      });
      app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
      app.register(async (scope) => {
        await scope.register(verifyFicWebhook, { receiver: createRecordingReceiver().receiver });
        scope.post('/custom', async (_request, reply) => reply.hijack().raw.end('taken'));
      });
      const url = await startApp(app);
      const handled = await send(url + prefix, signNotification({}, signing));
      expect([handled.status, handled.headers['x-request-id']]).toEqual([204, '7']);
      expect(handled.headers).not.toHaveProperty('x-customer');
      expect((await send(url + prefix, challengeRequest(signing))).status).toBe(200);
      expect((await send(`${url}/custom`, { body: '{}' })).status).toBe(401);
    },
  );

  it('shows onResponse what was answered', async () => {
    const seen: number[] = [];
    const app = fastify();
    app.addHook('onResponse', async (_request, reply) => {
      seen.push(reply.statusCode);
    });
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    const url = (await startApp(app)) + prefix;
    await send(url, signNotification({}, signing));
    await send(url, { body: '{}' });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([204, 401]);
  });

  it('shows hooks no body, and no stream in its place', async () => {
    const bodies: unknown[] = [];
    const app = fastify();
    app.addHook('preHandler', async (request) => {
      bodies.push(request.body ?? 'none');
    });
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix });
    expect((await send((await startApp(app)) + prefix, signNotification({}, signing))).status).toBe(204);
    expect(bodies).toEqual(['none']);
  });

  it('leaves the answer to a hook that gives one', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = fastify();
    app.addHook('preHandler', async (_request, reply) => reply.code(503).send('maintenance'));
    app.register(ficWebhooks, { receiver, prefix });
    const answer = await send((await startApp(app)) + prefix, signNotification({}, signing));
    expect([answer.status, answer.body]).toEqual([503, 'maintenance']);
    expect(handled).toEqual([]);
  });

  it('keeps to the deadline of the receiver, not to a handlerTimeout of the app (Fastify 5.0 has none)', async () => {
    const app = fastify({ handlerTimeout: 20 });
    const { receiver } = createRecordingReceiver({
      async publicKeys() {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return keys.publicKey;
      },
    });
    app.register(ficWebhooks, { receiver, prefix });
    expect((await send((await startApp(app)) + prefix, challengeRequest(signing))).status).toBe(200);
  });
});
