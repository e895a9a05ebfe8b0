import { setTimeout as delay } from 'node:timers/promises';
import { memoryInbox, signNotification } from '@fic-webhooks/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReceiver, FicWebhooksError, ficWebhooks, type Inbox } from '../src/index.js';
import { expressVersions } from './express-versions.js';
import { codeOf, receiverOptions, send, signing, startApp } from './start-app.js';

/** Fast, for tests. */
const worker = { firstDelay: 20, longestDelay: 50 };

describe.each(expressVersions)('an inbox in Express %s', (_version, express) => {
  it('is one option: 202 whatever the handlers do, and the worker tries again', async () => {
    const attempts: number[] = [];
    const app = express();
    app.use(express.json());
    app.use(
      '/webhooks/fic',
      ficWebhooks({
        ...receiverOptions,
        inbox: memoryInbox(),
        worker,
        handlers: {
          '*': (_event, { attempt }) => {
            attempts.push(attempt);
            if (attempt < 3) throw new Error('made to fail');
          },
        },
      }),
    );
    const url = `${await startApp(app)}/webhooks/fic`;
    const notification = signNotification({}, signing);
    expect((await send(url, notification)).status).toBe(202);
    await expect.poll(() => attempts).toEqual([1, 2, 3]);
    expect((await send(url, notification)).status).toBe(202);
    await delay(100);
    expect(attempts).toHaveLength(3);
  });

  it.each([
    ['a dead letter', undefined, 202, ['unreadable']],
    ['a dead letter behind express.json(), too', express.json(), 202, ['unreadable']],
    ['503 behind a parser that leaves nothing to keep', express.json({ limit: 1 }), 503, []],
  ])('what cannot be read: %s', async (_, parser, status, reasons) => {
    const inbox = memoryInbox();
    const app = express();
    if (parser !== undefined) app.use(parser);
    app.use('/webhooks/fic', ficWebhooks({ ...receiverOptions, inbox }));
    const url = `${await startApp(app)}/webhooks/fic`;
    const malformed = signNotification({}, { ...signing, body: '{ "', contentType: 'application/json' });
    expect((await send(url, malformed)).status).toBe(status);
    expect((await inbox.deadLetters.list()).map(({ reason }) => reason)).toEqual(reasons);
  });

  it('that keeps nothing stops the start that waits for ready(), and is answered 503 where nobody waited', async () => {
    const error = new FicWebhooksError('inbox-not-durable', 'appendonly is no. Set it to yes.');
    const fail = () => Promise.reject(error);
    const inbox: Inbox = { ...memoryInbox(), ready: fail, put: fail };
    const receiver = createReceiver({ ...receiverOptions, inbox });
    await expect(receiver.ready()).rejects.toBe(error);
    const app = express();
    app.use('/webhooks/fic', ficWebhooks(receiver));
    const answer = await send(`${await startApp(app)}/webhooks/fic`, signNotification({}, signing));
    expect([answer.status, codeOf(answer)]).toEqual([503, 'inbox-unavailable']);
  });

  it('tells a load balancer whether the app is ready', async () => {
    const receiver = createReceiver({
      ...receiverOptions,
      inbox: memoryInbox(),
      handlers: { '*': () => {} },
    });
    onTestFinished(() => receiver.close());
    await receiver.ready();
    const app = express();
    app.use('/webhooks/fic', ficWebhooks(receiver));
    app.get('/ready', async (_request, response) => {
      const health = await receiver.health();
      response.status(health.ready ? 200 : 503).json(health);
    });
    const url = await startApp(app);
    const ready = await send(`${url}/ready`, { method: 'GET' });
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toMatchObject({ ready: true, inbox: { waiting: 0 } });
    // The app is ready before its worker is: what comes meanwhile is stored.
    await expect
      .poll(async () => JSON.parse((await send(`${url}/ready`, { method: 'GET' })).body))
      .toMatchObject({ ready: true, inbox: { worker: 'running', waiting: 0 } });
    await receiver.close();
    expect((await send(`${url}/ready`, { method: 'GET' })).status).toBe(503);
    expect((await send(`${url}/webhooks/fic`, signNotification({}, signing))).status).toBe(503);
  });
});
