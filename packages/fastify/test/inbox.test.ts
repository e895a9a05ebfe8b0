import { setTimeout as delay } from 'node:timers/promises';
import { memoryInbox, signNotification } from '@fic-webhooks/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReceiver, FicWebhooksError, ficWebhooks, type Inbox } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

const prefix = '/webhooks/fic';
/** Fast, for tests. */
const worker = { firstDelay: 20, longestDelay: 50 };

/** An inbox whose store does not keep what it is given, and how often it was closed. */
function createBadInbox() {
  const error = new FicWebhooksError('inbox-not-durable', 'appendonly is no. Set it to yes.');
  let closes = 0;
  const inbox: Inbox = {
    ...memoryInbox(),
    ready: () => Promise.reject(error),
    close: async () => void closes++,
  };
  return { inbox, error, closes: () => closes };
}

describe.each(fastifyVersions)('an inbox in Fastify %s', (_version, fastify) => {
  it('answers 202 whatever the handlers do, and the worker tries again', async () => {
    const attempts: number[] = [];
    const app = fastify();
    app.register(ficWebhooks, {
      ...receiverOptions,
      inbox: memoryInbox(),
      worker,
      handlers: {
        '*': (_event, { attempt }) => {
          attempts.push(attempt);
          if (attempt < 3) throw new Error('made to fail');
        },
      },
      prefix,
    });
    const url = (await startApp(app)) + prefix;
    const notification = signNotification({}, signing);
    expect((await send(url, notification)).status).toBe(202);
    await expect.poll(() => attempts).toEqual([1, 2, 3]);
    expect((await send(url, notification)).status).toBe(202);
    await delay(100);
    expect(attempts).toHaveLength(3);
  });

  it.each(['made from options', 'given'])('that keeps nothing stops the start: receiver %s', async (way) => {
    const { inbox, error, closes } = createBadInbox();
    const app = fastify();
    const receiver = createReceiver({ ...receiverOptions, inbox });
    app.register(ficWebhooks, {
      ...(way === 'given' ? { receiver } : { ...receiverOptions, inbox }),
      prefix,
    });
    await expect(app.listen({ port: 0 })).rejects.toBe(error);
    await app.close();
    expect(closes()).toBe(way === 'given' ? 0 : 1);
  });

  it('is worked through to the end of what was begun when the app closes, however long that takes', async () => {
    const order: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inbox = memoryInbox();
    const app = fastify({ pluginTimeout: 300 });
    app.register(ficWebhooks, {
      ...receiverOptions,
      inbox: { ...inbox, close: async () => void order.push('inbox closed') },
      worker: { concurrency: 1 },
      handlers: {
        '*': async (event) => {
          order.push(`begun ${event.ids[0]}`);
          await released;
          order.push(`ended ${event.ids[0]}`);
        },
      },
      prefix,
    });
    const url = (await startApp(app)) + prefix;
    for (const id of [1, 2]) await send(url, signNotification({ ids: [id] }, signing));
    await expect.poll(() => order).toEqual(['begun 1']);
    const closed = app.close().then(() => order.push('app closed'));
    // Longer than Fastify lets other hooks take.
    await delay(600);
    release();
    await closed;
    expect(order).toEqual(['begun 1', 'ended 1', 'inbox closed', 'app closed']);
    // Not begun, and not lost.
    expect(await inbox.health()).toMatchObject({ waiting: 1 });
  });

  it('tells a load balancer whether the app is ready', async () => {
    const receiver = createReceiver({
      ...receiverOptions,
      inbox: memoryInbox(),
      handlers: { '*': () => {} },
    });
    onTestFinished(() => receiver.close());
    const app = fastify();
    app.register(ficWebhooks, { receiver, prefix });
    app.get('/ready', async (_request, reply) => {
      const health = await receiver.health();
      return reply.code(health.ready ? 200 : 503).send(health);
    });
    const url = `${await startApp(app)}/ready`;
    const ready = await send(url, { method: 'GET' });
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toMatchObject({ ready: true, inbox: { worker: 'running', waiting: 0 } });
    await receiver.close();
    expect((await send(url, { method: 'GET' })).status).toBe(503);
  });
});
