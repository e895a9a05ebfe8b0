import { challengeRequest, createTestKeyPair, signNotification } from '@fic-webhooks/testing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FicEvent, FicWebhooksError, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { codeOf, createRecordingReceiver, receiverOptions, send, signing, startApp } from './start-app.js';

/** Registers the plugin in a scope of its own, and adds routes to it. */
function addScope(app: FastifyInstance, addRoutes: (scope: FastifyInstance) => void): void {
  app.register(async (scope) => {
    await scope.register(verifyFicWebhook, receiverOptions);
    addRoutes(scope);
  });
}

/** Collects the warnings of this process until the end of the test. */
function collectWarnings(): string[] {
  const warnings: string[] = [];
  const collect = (warning: Error) => {
    if (warning.name === 'FicWebhooksWarning') warnings.push(warning.message);
  };
  process.on('warning', collect);
  onTestFinished(() => {
    process.off('warning', collect);
  });
  return warnings;
}

describe.each(fastifyVersions)('verifyFicWebhook in Fastify %s', (_version, fastify) => {
  it.each(['in the scope', 'in a scope below'])(
    "leaves room for a parser of the app's own %s",
    async (where) => {
      const app = fastify();
      app.register(async (scope) => {
        await scope.register(verifyFicWebhook, receiverOptions);
        const addRoute = async (instance: FastifyInstance) => {
          instance.addContentTypeParser('application/json', (request, _payload, done) => {
            done(null, { type: request.ficEvent.type });
          });
          instance.post('/custom', async (request) => request.body);
        };
        if (where === 'in the scope') await addRoute(scope);
        else scope.register(addRoute);
      });
      const url = `${await startApp(app)}/custom`;
      const answer = await send(
        url,
        signNotification({ name: 'products.create' }, { ...signing, mode: 'binary' }),
      );
      expect([answer.status, answer.body]).toEqual([
        200,
        '{"type":"it.fattureincloud.webhooks.products.create"}',
      ]);
    },
  );

  it("hands events to the app's own route, and answers all else itself", async () => {
    const events: FicEvent[] = [];
    const bodies: unknown[] = [];
    const app = fastify();
    addScope(app, (scope) => {
      scope.post('/custom', async (request, reply) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        events.push(request.ficEvent);
        bodies.push(request.body);
        return reply.code(201).send({ taken: true });
      });
    });
    const url = `${await startApp(app)}/custom`;
    for (const mode of ['binary', 'structured'] as const) {
      const answer = await send(url, signNotification({ ids: [1] }, { ...signing, mode }));
      expect([answer.status, answer.body]).toEqual([201, '{"taken":true}']);
    }
    const challenge = challengeRequest({ ...signing, method: 'query' });
    expect(JSON.parse((await send(url, challenge)).body)).toEqual({ verification: challenge.challenge });
    expect((await send(url, signNotification({ name: 'subscriptions.welcome' }, signing))).status).toBe(204);
    expect((await send(url, { method: 'PUT' })).status).toBe(405);
    expect(codeOf(await send(url, { body: '{}' }))).toBe('token-missing');
    const forged = { ...signing, signWith: createTestKeyPair().privateKey };
    expect(codeOf(await send(url, signNotification({}, forged)))).toBe('signing-key-unknown');
    const malformed = await send(url, signNotification({}, { ...signing, body: '{' }));
    expect([malformed.status, codeOf(malformed)]).toEqual([503, 'body-malformed']);
    expect(events.map(({ mode, ids }) => [mode, ids])).toEqual([
      ['binary', [1]],
      ['structured', [1]],
    ]);
    expect(bodies).toEqual([undefined, undefined]);
  });

  it.each<[string, (scope: FastifyInstance, handler: (request: FastifyRequest) => object) => void]>([
    ['post', (scope, handler) => scope.post('/custom', handler)],
    ['all', (scope, handler) => scope.all('/custom', handler)],
    ['route for POST', (scope, handler) => scope.route({ method: 'POST', url: '/custom', handler })],
    [
      'route for GET and POST',
      (scope, handler) => scope.route({ method: ['GET', 'POST'], url: '/custom', handler }),
    ],
    [
      'get, put and post',
      (scope, handler) => {
        scope.get('/custom', handler);
        scope.put('/custom', handler);
        scope.post('/custom', handler);
      },
    ],
    [
      'post in a child with a prefix',
      (scope, handler) => {
        scope.register(async (child) => void child.post('/', handler), { prefix: '/custom' });
      },
    ],
  ])('answers the challenge on a route that was added with %s', async (_, addRoute) => {
    const warnings = collectWarnings();
    const app = fastify();
    addScope(app, (scope) => addRoute(scope, ({ ficEvent }) => ({ ids: ficEvent.ids })));
    const url = `${await startApp(app)}/custom`;
    expect((await send(url, challengeRequest(signing))).status).toBe(200);
    expect((await send(url, signNotification({ ids: [9] }, signing))).body).toBe('{"ids":[9]}');
    for (const method of ['PUT', 'DELETE', 'HEAD']) expect((await send(url, { method })).status).toBe(405);
    expect(warnings).toEqual([]);
  });

  it('warns once of a route without GET that was added before it', async () => {
    const warnings = collectWarnings();
    const app = fastify();
    app.register(async (scope) => {
      scope.register(verifyFicWebhook, receiverOptions);
      scope.post('/early', async (_request, reply) => reply.code(204).send());
      scope.all('/all', async (_request, reply) => reply.code(204).send());
      scope.get('/both', async () => 'never reached');
      scope.post('/both', async (_request, reply) => reply.code(204).send());
    });
    const url = await startApp(app);
    for (const path of ['/early', '/early', '/all', '/both']) {
      expect((await send(url + path, signNotification({}, signing))).status).toBe(204);
    }
    await expect
      .poll(() => warnings)
      .toEqual([expect.stringMatching(/^\/early has no route for GET.*await scope\.register/s)]);
    expect((await send(`${url}/early`, { body: '{}' })).status).toBe(401);
  });

  it('leaves other scopes, and paths without a route, to the app', async () => {
    const app = fastify();
    app.post('/outside', async (request) => ({ body: request.body }));
    app.register(
      async (scope) => {
        await scope.register(verifyFicWebhook, receiverOptions);
        scope.post('/custom', async (_request, reply) => reply.code(204).send());
        scope.setNotFoundHandler((_request, reply) => reply.code(418).send());
      },
      { prefix: '/hooks' },
    );
    const url = await startApp(app);
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${url}/outside`, { headers, body: '[1]' })).body).toBe('{"body":[1]}');
    expect((await send(`${url}/hooks/nowhere`, { headers, body: '{}' })).status).toBe(418);
    expect((await send(`${url}/nowhere`, { method: 'GET' })).status).toBe(404);
  });

  it('claims nothing and runs no handler: the same event comes again', async () => {
    const { receiver, handled } = createRecordingReceiver();
    let calls = 0;
    const app = fastify();
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { receiver });
      scope.post('/custom', async (_request, reply) => {
        calls++;
        return reply.code(204).send();
      });
    });
    const url = `${await startApp(app)}/custom`;
    const notification = signNotification({}, signing);
    await send(url, notification);
    await send(url, notification);
    expect(calls).toBe(2);
    expect(handled).toEqual([]);
  });

  it("leaves an error of the route to the app's own error handler", async () => {
    const seen: unknown[] = [];
    const app = fastify();
    app.setErrorHandler(async (error, _request, reply) => {
      seen.push(error);
      return reply.code(500).send();
    });
    addScope(app, (scope) => {
      scope.post('/custom', async ({ ficEvent }) => {
        throw new Error(`broken on ${ficEvent.name}`);
      });
    });
    expect((await send(`${await startApp(app)}/custom`, signNotification({}, signing))).status).toBe(500);
    expect(String(seen[0])).toContain('broken on entities.clients.create');
  });

  it('shows the event to hooks from preValidation on, and says so to earlier ones', async () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const app = fastify();
    addScope(app, (scope) => {
      scope.addHook('onRequest', async (request) => {
        try {
          seen.push(`onRequest ${request.ficEvent.name}`);
        } catch (error) {
          errors.push(error);
        }
      });
      scope.addHook('preValidation', async (request) => {
        seen.push(`preValidation ${request.ficEvent.name}`);
      });
      scope.post('/custom', async (_request, reply) => reply.code(204).send());
    });
    expect((await send(`${await startApp(app)}/custom`, signNotification({}, signing))).status).toBe(204);
    expect(seen).toEqual(['preValidation entities.clients.create']);
    expect(errors[0]).toBeInstanceOf(FicWebhooksError);
    expect(errors[0]).toMatchObject({ code: 'event-missing' });
    expect(String(errors[0])).toContain('onRequest hooks');
  });

  it('does not take what somebody else put on the request', async () => {
    const errors: unknown[] = [];
    const app = fastify();
    addScope(app, (scope) => {
      scope.addHook('onRequest', async (request) => {
        const forged = { ficEvent: { name: 'forged' } };
        Object.assign(request.raw, forged);
        try {
          Object.assign(request, forged);
        } catch (error) {
          errors.push(error);
        }
      });
      scope.post('/custom', async ({ ficEvent }) => ({ name: ficEvent.name }));
    });
    const answer = await send(`${await startApp(app)}/custom`, signNotification({}, signing));
    expect(answer.body).toBe('{"name":"entities.clients.create"}');
    expect(errors).toEqual([expect.any(TypeError)]);
  });

  it('works through inject', async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    addScope(app, (scope) => {
      scope.post('/custom', async ({ ficEvent }) => ({ ids: ficEvent.ids }));
    });
    const { headers, body } = signNotification({ ids: [3] }, signing);
    const answer = await app.inject({ method: 'POST', url: '/custom', headers, payload: body });
    expect([answer.statusCode, answer.json()]).toEqual([200, { ids: [3] }]);
    const { challenge, headers: own } = challengeRequest(signing);
    const verified = await app.inject({ method: 'GET', url: '/custom', headers: own });
    expect(verified.json()).toEqual({ verification: challenge });
  });

  it('refuses wrong options when it is registered', async () => {
    const app = fastify();
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { ...receiverOptions, applicationId: Number.NaN });
    });
    await expect(app.ready()).rejects.toMatchObject({ code: 'application-id-invalid' });
  });
});
