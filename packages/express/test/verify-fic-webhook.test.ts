import { challengeRequest, createTestKeyPair, signNotification } from '@fic-webhooks/testing';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { type FicEvent, FicWebhooksError, getFicEvent, verifyFicWebhook } from '../src/index.js';
import { expressVersions } from './express-versions.js';
import { parserSetups } from './parser-setups.js';
import { codeOf, createRecordingReceiver, receiverOptions, send, signing, startApp } from './start-app.js';

describe.each(expressVersions)('verifyFicWebhook in Express %s', (_version, express) => {
  describe.each(parserSetups)('with $name', ({ mount }) => {
    it("hands events to the app's own route, and answers all else itself", async () => {
      const events: FicEvent[] = [];
      const app = express();
      mount(app, express, () =>
        app.use('/custom', verifyFicWebhook(receiverOptions), async (request, response) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          events.push(getFicEvent(request));
          response.status(201).json({ taken: true });
        }),
      );
      const url = `${await startApp(app)}/custom`;
      for (const mode of ['binary', 'structured'] as const) {
        const answer = await send(url, signNotification({ ids: [1] }, { ...signing, mode }));
        expect([answer.status, answer.body]).toEqual([201, '{"taken":true}']);
      }
      const challenge = challengeRequest({ ...signing, method: 'query' });
      expect(JSON.parse((await send(url, challenge)).body)).toEqual({ verification: challenge.challenge });
      expect((await send(url, signNotification({ name: 'subscriptions.welcome' }, signing))).status).toBe(
        204,
      );
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
    });
  });

  it('stands in a route too, where Express does not show it the errors of parsers', async () => {
    const app = express();
    app.use(express.json());
    app.all('/custom', verifyFicWebhook(receiverOptions), (request, response) => {
      response.json(getFicEvent(request).ids);
    });
    const ownHandler: ErrorRequestHandler = (_error, _request, response, _next) => {
      response.sendStatus(418);
    };
    app.use(ownHandler);
    const url = `${await startApp(app)}/custom`;
    expect((await send(url, signNotification({ ids: [9] }, signing))).body).toBe('[9]');
    expect((await send(url, challengeRequest(signing))).status).toBe(200);
    expect((await send(url, { method: 'PUT' })).status).toBe(405);
    expect((await send(url, signNotification({}, { ...signing, body: '{' }))).status).toBe(418);
  });

  it('claims nothing and runs no handler: the same event comes again', async () => {
    const { receiver, handled } = createRecordingReceiver();
    let calls = 0;
    const app = express();
    app.all('/custom', verifyFicWebhook(receiver), (_request, response) => {
      calls++;
      response.sendStatus(204);
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
    const app = express();
    app.all('/custom', verifyFicWebhook(receiverOptions), (request) => {
      throw new Error(`broken on ${getFicEvent(request).name}`);
    });
    const ownHandler: ErrorRequestHandler = (error, _request, response, _next) => {
      seen.push(error);
      response.sendStatus(500);
    };
    app.use(ownHandler);
    const { status } = await send(`${await startApp(app)}/custom`, signNotification({}, signing));
    expect(status).toBe(500);
    expect(String(seen[0])).toContain('broken on entities.clients.create');
  });

  it('leaves the error of another middleware alone', async () => {
    const broken: RequestHandler = (_request, _response, next) => next(new Error('teapot'));
    const app = express();
    app.use(broken);
    app.all('/custom', verifyFicWebhook(receiverOptions), (_request, response) => {
      response.sendStatus(204);
    });
    const ownHandler: ErrorRequestHandler = (_error, _request, response, _next) => {
      response.sendStatus(418);
    };
    app.use(ownHandler);
    expect((await send(`${await startApp(app)}/custom`, signNotification({}, signing))).status).toBe(418);
  });

  it('refuses wrong options when it is made', () => {
    expect(() => verifyFicWebhook({ ...receiverOptions, applicationId: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'application-id-invalid' }),
    );
  });
});

describe('getFicEvent', () => {
  it('says what is missing when verifyFicWebhook does not stand before the route', () => {
    const error = (() => {
      try {
        return getFicEvent({});
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(FicWebhooksError);
    expect(error).toMatchObject({ code: 'event-missing' });
    expect(String(error)).toContain("app.all('/path', verifyFicWebhook(receiver), handler)");
  });

  it('does not take what somebody else put on the request', () => {
    expect(() => getFicEvent({ ficEvent: {}, event: {}, body: {} })).toThrow(FicWebhooksError);
  });
});
