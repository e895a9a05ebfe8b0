import { runConformance, sendOverHttp, type TestRequest, type TestResponse } from '@fic-webhooks/testing';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ficWebhooks, verifyFicWebhook } from '../src/index.js';
import { appSetups } from './app-setups.js';
import { fastifyVersions } from './fastify-versions.js';
import { createRecordingReceiver, signing, startApp } from './start-app.js';

const path = '/webhooks/fic';

/** Cases that are about remembering events, which an owner of a route does for himself. */
const remembering = /^delivery: same id/;

describe.each(fastifyVersions)('Fastify %s', (_version, fastify) => {
  describe.each(appSetups)('with $name', ({ options, prepare }) => {
    function prepared(): FastifyInstance {
      const app = fastify({ ...options });
      prepare?.(app);
      return app;
    }

    it('ficWebhooks passes the conformance suite', { timeout: 60_000 }, async () => {
      const { receiver, handled, failNext } = createRecordingReceiver();
      const app = prepared();
      app.register(ficWebhooks, { receiver, prefix: path });
      const results = await runConformance({
        ...signing,
        send: sendOverHttp((await startApp(app)) + path),
        handled: () => handled,
        failNext,
      });
      expect(results.length).toBeGreaterThan(200);
      expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
    });

    it('a route that is verified refuses and answers the same', { timeout: 60_000 }, async () => {
      const { receiver } = createRecordingReceiver();
      const app = prepared();
      app.register(async (scope) => {
        await scope.register(verifyFicWebhook, { receiver });
        scope.post(path, async (request, reply) => {
          if (request.ficEvent.id === '') throw new Error('There is no event.');
          reply.hijack().raw.writeHead(204).end();
        });
      });
      const results = await runConformance({ ...signing, send: sendOverHttp((await startApp(app)) + path) });
      const failed = results.filter(({ name, result }) => result === 'fail' && !remembering.test(name));
      expect(failed).toEqual([]);
    });
  });

  it('ficWebhooks passes the conformance suite through inject', { timeout: 60_000 }, async () => {
    const { receiver, handled, failNext } = createRecordingReceiver();
    const app = fastify();
    onTestFinished(() => app.close());
    app.register(ficWebhooks, { receiver, prefix: path });
    const results = await runConformance({
      ...signing,
      send: (request) => inject(app, request),
      handled: () => handled,
      failNext,
    });
    expect(results.length).toBeGreaterThan(200);
    expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
  });
});

async function inject(
  app: FastifyInstance,
  { method, headers, query, body }: TestRequest,
): Promise<TestResponse> {
  const collected: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const earlier = collected[name];
    collected[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  const answer = await app.inject({
    method: method as Extract<HTTPMethods, 'POST'>,
    url: `${path}?${new URLSearchParams(query)}`,
    headers: collected,
    ...(body !== undefined && { payload: typeof body === 'string' ? body : Buffer.from(body) }),
  });
  const answered = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return { status: answer.statusCode, headers: Object.fromEntries(answered), body: answer.body };
}
