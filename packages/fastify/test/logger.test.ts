import { signNotification } from '@fic-webhooks/testing';
import { describe, expect, it } from 'vitest';
import { createReceiver, ficWebhooks, type Logger, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

const prefix = '/webhooks/fic';
const { logger: _, ...options } = receiverOptions;

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly reqId?: string;
}

/** A logger of the app that keeps its lines. */
function createAppLog() {
  const lines: Line[] = [];
  const stream = {
    write(line: string) {
      lines.push(JSON.parse(line));
    },
  };
  return { lines, logger: { level: 'warn', stream } };
}

/** A logger of the receiver that keeps its lines. */
function createOwnLog(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
  };
  return { lines, logger: { warn: log, error: log } };
}

describe.each(fastifyVersions)('the log in Fastify %s', (_version, fastify) => {
  it("is the request's own, with its id, for refusals and for handlers", async () => {
    const { logger, lines } = createAppLog();
    const own = createOwnLog();
    const receiver = createReceiver({ ...options, logger: own.logger });
    receiver.on('*', (_event, context) => context.logger.warn('said by a handler'));
    const app = fastify({ logger, requestTimeout: 1_000 });
    app.register(ficWebhooks, { receiver, prefix });
    const url = (await startApp(app)) + prefix;
    await send(url, { body: '{}' });
    await send(url, signNotification({}, signing));
    expect(lines).toMatchObject([
      { level: 40, msg: expect.stringContaining('[fic-webhooks] token-missing'), reqId: 'req-1' },
      { level: 40, msg: 'said by a handler', reqId: 'req-2' },
    ]);
    expect(own.lines).toEqual([]);
  });

  it("is the request's own in a route that is verified", async () => {
    const { logger, lines } = createAppLog();
    const app = fastify({ logger, requestTimeout: 1_000 });
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, options);
      scope.post('/custom', async (_request, reply) => reply.code(204).send());
    });
    await send(`${await startApp(app)}/custom`, { body: '{}' });
    expect(lines).toMatchObject([{ msg: expect.stringContaining('token-missing'), reqId: 'req-1' }]);
  });

  it('is that of the receiver when the app has none', async () => {
    const own = createOwnLog();
    const app = fastify();
    app.register(ficWebhooks, { receiver: createReceiver({ ...options, logger: own.logger }), prefix });
    await send((await startApp(app)) + prefix, { body: '{}' });
    expect(own.lines).toEqual([expect.stringContaining('token-missing')]);
  });

  it("is the one among the plugin's options, when there is one", async () => {
    const { logger, lines } = createAppLog();
    const own = createOwnLog();
    const app = fastify({ logger, requestTimeout: 1_000 });
    app.register(ficWebhooks, { ...options, logger: own.logger, prefix });
    app.register(ficWebhooks, { ...options, logger: false, prefix: '/silent' });
    const url = await startApp(app);
    await send(url + prefix, { body: '{}' });
    await send(`${url}/silent`, { body: '{}' });
    expect(own.lines).toEqual([expect.stringContaining('token-missing')]);
    expect(lines).toEqual([]);
  });

  it('is silent where the log of the route is', async () => {
    const { logger, lines } = createAppLog();
    const own = createOwnLog();
    const receiver = createReceiver({ ...options, logger: own.logger });
    const app = fastify({ logger, requestTimeout: 1_000 });
    app.register(ficWebhooks, { receiver, prefix, routeOptions: { logLevel: 'silent' } });
    await send((await startApp(app)) + prefix, { body: '{}' });
    expect([lines, own.lines]).toEqual([[], []]);
  });

  it('warns of a server that waits without end, once for each plugin', async () => {
    const { logger, lines } = createAppLog();
    const app = fastify({ logger });
    app.register(ficWebhooks, { ...options, prefix });
    await startApp(app);
    expect(lines).toMatchObject([{ level: 40, msg: expect.stringContaining('requestTimeout: 30_000') }]);
  });

  it('does not warn when the time is limited, or is none of the server', async () => {
    const { logger, lines } = createAppLog();
    const limited = fastify({ logger, requestTimeout: 30_000 });
    limited.register(ficWebhooks, { ...options, prefix });
    await startApp(limited);
    const http2 = fastify({ logger, http2: true });
    http2.register(ficWebhooks, { ...options, prefix });
    await http2.ready();
    await http2.close();
    expect(lines).toEqual([]);
  });
});
