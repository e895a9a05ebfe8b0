import { request as httpRequest } from 'node:http';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import type { FastifyServerOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { ficWebhooks, InvalidOptionError } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { codeOf, createRecordingReceiver, receiverOptions, send, signing, startApp } from './start-app.js';

describe.each(fastifyVersions)('ficWebhooks in Fastify %s', (version, fastify) => {
  /** Options of the router stand in another place since 5.5, and in the old one they are deprecated. */
  function withRouter(routerOptions: object): FastifyServerOptions {
    return version.startsWith('5.0') ? routerOptions : { routerOptions };
  }

  it('answers every method on its path, and leaves other paths alone', async () => {
    const app = fastify();
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix: '/webhooks/fic' });
    app.setNotFoundHandler((_request, reply) => reply.code(418).send());
    const url = await startApp(app);
    const methods = app.supportedMethods.filter((method) => method !== 'GET' && method !== 'POST');
    expect(methods).toEqual(expect.arrayContaining(['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD', 'TRACE']));
    for (const method of methods) {
      const { status, headers } = await send(`${url}/webhooks/fic`, { method });
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, POST']);
    }
    for (const path of ['/', '/webhooks', '/webhooks/fic/more', '/webhooks/FIC']) {
      expect((await send(url + path, signNotification({}, signing))).status).toBe(418);
    }
  });

  it('answers a method that the app has added', async () => {
    const app = fastify();
    app.addHttpMethod('PROPFIND', { hasBody: true });
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix: '/webhooks/fic' });
    const url = `${await startApp(app)}/webhooks/fic`;
    expect((await send(url, { method: 'PROPFIND', body: '<xml/>' })).status).toBe(405);
  });

  it('answers with and without a slash at the end: no redirect, no 404', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = fastify();
    app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
    const url = await startApp(app);
    for (const path of [
      '/webhooks/fic',
      '/webhooks/fic/',
      '/webhooks/fic?tenant=7',
      '/webhooks/fic/?tenant=7',
    ]) {
      expect((await send(url + path, signNotification({}, signing))).status).toBe(204);
      const challenge = challengeRequest({ ...signing, method: 'query' });
      const { body } = await send(url + path, challenge);
      expect(JSON.parse(body)).toEqual({ verification: challenge.challenge });
    }
    expect(handled).toHaveLength(4);
  });

  it('can be told which slash is meant', async () => {
    const app = fastify();
    const { receiver } = createRecordingReceiver();
    app.register(ficWebhooks, {
      receiver,
      prefix: '/webhooks/fic',
      routeOptions: { prefixTrailingSlash: 'no-slash' },
    });
    const url = await startApp(app);
    expect((await send(`${url}/webhooks/fic`, challengeRequest(signing))).status).toBe(200);
    expect((await send(`${url}/webhooks/fic/`, challengeRequest(signing))).status).toBe(404);
  });

  it('honours the options of the router', async () => {
    const app = fastify(
      withRouter({ caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true }),
    );
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix: '/webhooks/fic/' });
    const url = await startApp(app);
    for (const path of ['/webhooks/fic', '/webhooks/fic/', '/Webhooks/FIC', '/webhooks//fic']) {
      const answer = await send(url + path, challengeRequest(signing));
      expect([path, answer.status]).toEqual([path, 200]);
    }
  });

  it('stands inside scopes, on the root, and twice in one app', async () => {
    const inner = createRecordingReceiver();
    const root = createRecordingReceiver();
    const app = fastify();
    app.register(
      async (scope) => {
        await scope.register(ficWebhooks, { receiver: inner.receiver, prefix: '/fic' });
      },
      { prefix: '/api/webhooks' },
    );
    app.register(ficWebhooks, { receiver: root.receiver });
    const url = await startApp(app);
    const notification = signNotification({}, signing);
    expect((await send(`${url}/api/webhooks/fic`, notification)).status).toBe(204);
    expect((await send(`${url}/`, notification)).status).toBe(204);
    expect([inner.handled.length, root.handled.length]).toEqual([1, 1]);
  });

  it('finds the challenge in the query, whatever the app makes of queries and URLs', async () => {
    const app = fastify({
      ...withRouter({ querystringParser: () => ({}) }),
      rewriteUrl: ({ url = '' }) => (url.startsWith('/hook') ? '/webhooks/fic' : url),
    });
    app.register(ficWebhooks, { receiver: createRecordingReceiver().receiver, prefix: '/webhooks/fic' });
    const challenge = challengeRequest({ ...signing, method: 'query' });
    const answer = await send(`${await startApp(app)}/hook?tenant=7`, challenge);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ verification: challenge.challenge });
  });

  it('hands routeOptions to the route', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const ran: string[] = [];
    const app = fastify();
    app.addHook('onRequest', async (request) => {
      ran.push(JSON.stringify(request.routeOptions.config));
    });
    app.register(ficWebhooks, {
      receiver,
      prefix: '/webhooks/fic',
      routeOptions: {
        config: { isPublic: true },
        bodyLimit: 1,
        constraints: { host: 'hooks.example.com' },
        preHandler: async () => {
          ran.push('preHandler');
        },
      },
    });
    const url = `${await startApp(app)}/webhooks/fic`;
    expect((await send(url, signNotification({}, signing))).status).toBe(404);
    ran.length = 0;
    const { headers, body } = signNotification({}, signing);
    const answer = await send(url, { headers: { ...headers, host: 'hooks.example.com' }, body });
    expect(answer.status).toBe(204);
    expect(handled).toHaveLength(1);
    expect(ran).toEqual([expect.stringContaining('"isPublic":true'), 'preHandler']);
  });

  it('takes options in place of a receiver, beside those of Fastify', async () => {
    const ids: (readonly (number | string)[])[] = [];
    const app = fastify();
    await app.register(ficWebhooks, {
      ...receiverOptions,
      handlers: { 'entities.clients.*': (event) => ids.push(event.ids) },
      prefix: '/webhooks/fic',
      logLevel: 'warn',
      logSerializers: {},
      routeOptions: {},
    });
    const notification = signNotification({ name: 'entities.clients.delete', ids: [5] }, signing);
    expect((await send(`${await startApp(app)}/webhooks/fic`, notification)).status).toBe(204);
    expect(ids).toEqual([[5]]);
  });

  it('refuses wrong options when it is registered', async () => {
    const failing = (options: object) =>
      fastify()
        .register(ficWebhooks, options as typeof receiverOptions)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
    expect(await failing({ ...receiverOptions, sink: 'example.com' })).toMatchObject({
      code: 'sink-invalid',
    });
    expect(await failing({ receiver: undefined, prefix: '/fic' })).toMatchObject({ code: 'sink-missing' });
    expect(await failing({ ...receiverOptions, routeOption: {} })).toMatchObject({ code: 'option-unknown' });
    const both = await failing({ receiver: createRecordingReceiver().receiver, sink: receiverOptions.sink });
    expect(both).toBeInstanceOf(InvalidOptionError);
    expect(both).toMatchObject({ code: 'option-unknown', option: 'sink' });
  });

  it('says by its metadata what it is and which Fastify it takes', () => {
    expect(Reflect.get(ficWebhooks, Symbol.for('plugin-meta'))).toMatchObject({
      name: '@fic-webhooks/fastify',
      fastify: '5.x',
      encapsulate: true,
    });
  });

  it('answers a failing handler with 500 and the retry with 204', async () => {
    const { receiver, failNext, handled } = createRecordingReceiver();
    const app = fastify();
    app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
    const url = `${await startApp(app)}/webhooks/fic`;
    const notification = signNotification({}, signing);
    failNext();
    const failed = await send(url, notification);
    expect([failed.status, codeOf(failed)]).toEqual([500, 'handler-failed']);
    expect((await send(url, notification)).status).toBe(204);
    expect((await send(url, notification)).status).toBe(204);
    expect(handled).toHaveLength(1);
  });

  it('survives a sender that goes away in the middle of a body', async () => {
    const lines: string[] = [];
    const log = (line: string) => {
      lines.push(line);
    };
    const { receiver, handled } = createRecordingReceiver({ logger: { warn: log, error: log } });
    const app = fastify();
    app.register(ficWebhooks, { receiver, prefix: '/webhooks/fic' });
    const url = `${await startApp(app)}/webhooks/fic`;
    const { headers, body } = signNotification({}, signing);
    const sent = httpRequest(url, { method: 'POST', headers: { ...headers, 'Content-Length': '1000' } });
    sent.on('error', () => {});
    sent.write(body, () => setTimeout(() => sent.destroy(), 50));
    await expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain('body-aborted');
    expect(handled).toEqual([]);
    expect((await send(url, signNotification({}, signing))).status).toBe(204);
  });
});
