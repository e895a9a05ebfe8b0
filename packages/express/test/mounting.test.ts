import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { ficWebhooks } from '../src/index.js';
import { expressVersions } from './express-versions.js';
import { codeOf, createRecordingReceiver, receiverOptions, send, signing, startApp } from './start-app.js';

describe.each(expressVersions)('ficWebhooks in Express %s', (_version, express) => {
  it('answers every method on its path, and leaves other paths alone', async () => {
    const app = express();
    app.use('/webhooks/fic', ficWebhooks(createRecordingReceiver().receiver));
    app.use('/other', (_request, response) => {
      response.status(418).end();
    });
    const url = await startApp(app);
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']) {
      const { status, headers } = await send(`${url}/webhooks/fic`, { method });
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, POST']);
    }
    expect((await send(`${url}/other`, { method: 'GET' })).status).toBe(418);
    expect((await send(`${url}/webhooks`, { method: 'GET' })).status).toBe(404);
  });

  it('behind a Router finds the challenge in the query', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const app = express();
    const inner = express.Router();
    const outer = express.Router();
    inner.use('/fic', ficWebhooks(receiver));
    outer.use('/webhooks', inner);
    app.use('/api', express.json(), outer);
    const url = `${await startApp(app)}/api/webhooks/fic`;
    const challenge = challengeRequest({ ...signing, method: 'query' });
    expect(JSON.parse((await send(url, challenge)).body)).toEqual({ verification: challenge.challenge });
    expect((await send(url, signNotification({}, signing))).status).toBe(204);
    expect(handled).toHaveLength(1);
  });

  it('takes a sink with a query of its own, and the challenge beside it', async () => {
    const app = express();
    app.set('query parser', false);
    app.use('/webhooks/fic', ficWebhooks(createRecordingReceiver().receiver));
    const challenge = challengeRequest({ ...signing, method: 'query' });
    const answer = await send(`${await startApp(app)}/webhooks/fic?tenant=7`, challenge);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ verification: challenge.challenge });
  });

  it('can be mounted with use without a path, with all, and twice', async () => {
    const first = createRecordingReceiver();
    const second = createRecordingReceiver();
    const app = express();
    const router = express.Router();
    router.use(ficWebhooks(first.receiver));
    app.use('/first', router);
    app.all('/second', ficWebhooks(second.receiver));
    const url = await startApp(app);
    const notification = signNotification({}, signing);
    expect((await send(`${url}/first`, notification)).status).toBe(204);
    expect((await send(`${url}/second`, notification)).status).toBe(204);
    expect([first.handled.length, second.handled.length]).toEqual([1, 1]);
  });

  it('takes options in place of a receiver', async () => {
    const ids: (readonly (number | string)[])[] = [];
    const app = express();
    app.use(
      '/webhooks/fic',
      ficWebhooks({
        ...receiverOptions,
        handlers: { 'entities.clients.*': (event) => ids.push(event.ids) },
      }),
    );
    const answer = await send(
      `${await startApp(app)}/webhooks/fic`,
      signNotification({ name: 'entities.clients.delete', ids: [5] }, signing),
    );
    expect(answer.status).toBe(204);
    expect(ids).toEqual([[5]]);
  });

  it('refuses wrong options when it is made', () => {
    expect(() => ficWebhooks({ ...receiverOptions, sink: 'example.com' })).toThrow(
      expect.objectContaining({ code: 'sink-invalid' }),
    );
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('teapot');
      },
    ],
    [
      'passes to next',
      (_request, _response, next) => next(Object.assign(new Error('teapot'), { status: 400 })),
    ],
    ['passes as a text', (_request, _response, next) => next('teapot')],
  ] as [string, RequestHandler][])(
    "leaves an error that another middleware %s to the app's own error handler",
    async (_, broken) => {
      const { receiver, handled } = createRecordingReceiver();
      const seen: unknown[] = [];
      const app = express();
      app.use(broken);
      app.use('/webhooks/fic', ficWebhooks(receiver));
      const ownHandler: ErrorRequestHandler = (error, _request, response, _next) => {
        seen.push(error);
        response.status(418).end();
      };
      app.use(ownHandler);
      const { status } = await send(`${await startApp(app)}/webhooks/fic`, signNotification({}, signing));
      expect(status).toBe(418);
      expect(String(seen[0])).toContain('teapot');
      expect(handled).toEqual([]);
    },
  );

  it('leaves errors of parsers on other paths to the app', async () => {
    const app = express();
    app.use(express.json());
    app.use('/webhooks/fic', ficWebhooks(createRecordingReceiver().receiver));
    const ownHandler: ErrorRequestHandler = (_error, _request, response, _next) => {
      response.status(418).end();
    };
    app.use(ownHandler);
    const headers = { 'content-type': 'application/json' };
    expect((await send(`${await startApp(app)}/other`, { headers, body: '{' })).status).toBe(418);
  });

  it('leaves an answer alone that another middleware has begun', async () => {
    const app = express();
    app.use((_request, response, next) => {
      response.status(202).end('early');
      next();
    });
    app.use('/webhooks/fic', ficWebhooks(createRecordingReceiver().receiver));
    const url = `${await startApp(app)}/webhooks/fic`;
    for (let time = 0; time < 2; time++) {
      const answer = await send(url, signNotification({}, signing));
      expect([answer.status, answer.body]).toEqual([202, 'early']);
    }
  });

  it('answers a failing handler with 500 and the retry with 204', async () => {
    const { receiver, failNext, handled } = createRecordingReceiver();
    const app = express();
    app.use('/webhooks/fic', ficWebhooks(receiver));
    const url = `${await startApp(app)}/webhooks/fic`;
    const notification = signNotification({}, signing);
    failNext();
    const failed = await send(url, notification);
    expect([failed.status, codeOf(failed)]).toEqual([500, 'handler-failed']);
    expect((await send(url, notification)).status).toBe(204);
    expect((await send(url, notification)).status).toBe(204);
    expect(handled).toHaveLength(1);
  });
});
