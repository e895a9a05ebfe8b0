import { signNotification, type TestResponse } from '@fic-webhooks/testing';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createReceiver, ficWebhooks, memoryStore, verifyFicWebhook } from '../src/index.js';
import { fastifyVersions } from './fastify-versions.js';
import { receiverOptions, send, signing, startApp } from './start-app.js';

const prefix = '/webhooks/fic';
const polling = { timeout: 10_000 };

/** A handler whose runs last until they are told to end. */
class SlowHandler {
  started = 0;
  ended = 0;
  #endings: (() => void)[] = [];

  readonly handle = async () => {
    this.started++;
    await new Promise<void>((resolve) => this.#endings.push(resolve));
    this.ended++;
  };

  end(): void {
    for (const ending of this.#endings.splice(0)) ending();
  }
}

/** Sends an event, and gives its answer once its handler has begun. */
async function sendUntilHandled(url: string, slow: SlowHandler): Promise<{ answer: Promise<TestResponse> }> {
  const before = slow.started;
  const answer = send(url, signNotification({}, signing));
  await expect.poll(() => slow.started, polling).toBe(before + 1);
  return { answer };
}

/** Begins to close the app, and tells whether it has ended. */
function close(app: FastifyInstance): { closed: Promise<void>; isClosed: () => boolean } {
  let done = false;
  const closed = app.close().then(() => {
    done = true;
  });
  return { closed, isClosed: () => done };
}

/** Many turns of the event loop: enough for whatever is not waited for to go wrong. */
async function letThingsHappen(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.each(fastifyVersions)('closing the app in Fastify %s', (_version, fastify) => {
  it.each([
    ['as it is', {}],
    ['that cuts connections off', { forceCloseConnections: true }],
    ['that leaves idle connections', { forceCloseConnections: false }],
  ])('with a server %s, what is in flight is answered, and what comes now gets 503', async (_, options) => {
    const slow = new SlowHandler();
    const app = fastify(options);
    app.register(ficWebhooks, {
      ...receiverOptions,
      // Long, for slow machines, and still shorter than Fastify waits for a hook.
      answerWithin: 9_000,
      handlers: { '*': slow.handle },
      prefix,
    });
    const url = (await startApp(app)) + prefix;
    const { answer } = await sendUntilHandled(url, slow);
    const { closed, isClosed } = close(app);
    await letThingsHappen();
    expect((await send(url, signNotification({}, signing))).status).toBe(503);
    expect([isClosed(), slow.started]).toEqual([false, 1]);
    slow.end();
    expect((await answer).status).toBe(204);
    await closed;
  });

  it('waits no longer than pluginTimeout where connections are cut off', async () => {
    const slow = new SlowHandler();
    const app = fastify({ forceCloseConnections: true, pluginTimeout: 1_000 });
    app.register(ficWebhooks, {
      ...receiverOptions,
      answerWithin: 60_000,
      handlers: { '*': slow.handle },
      prefix,
    });
    const { answer } = await sendUntilHandled((await startApp(app)) + prefix, slow);
    const { closed, isClosed } = close(app);
    await expect(answer).rejects.toThrow();
    expect(isClosed()).toBe(false);
    slow.end();
    await expect(closed).rejects.toMatchObject({ code: 'AVV_ERR_READY_TIMEOUT' });
  });

  it('waits for handlers that outlive their answer, and closes the store after them', async () => {
    const slow = new SlowHandler();
    const store = memoryStore();
    const order: string[] = [];
    const idempotency = { ...store, close: async () => void order.push(`store closed, ${slow.ended} ended`) };
    const app = fastify({ pluginTimeout: 300 });
    app.register(ficWebhooks, {
      ...receiverOptions,
      idempotency,
      answerWithin: 50,
      handlers: { '*': slow.handle },
      prefix,
    });
    const { answer } = await sendUntilHandled((await startApp(app)) + prefix, slow);
    expect((await answer).status).toBe(503);
    const { closed, isClosed } = close(app);
    // Longer than Fastify lets other hooks take.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([isClosed(), order]).toEqual([false, []]);
    slow.end();
    await closed;
    expect(order).toEqual(['store closed, 1 ended']);
  });

  it('leaves a receiver to its maker that was given', async () => {
    const receiver = createReceiver(receiverOptions);
    const app = fastify();
    app.register(ficWebhooks, { receiver, prefix });
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { receiver });
    });
    await startApp(app);
    await app.close();
    expect(await receiver.health()).toEqual({ ready: true, inFlight: 0 });
  });

  it('closes a receiver that verifyFicWebhook has made', async () => {
    let closes = 0;
    const idempotency = { ...memoryStore(), close: async () => void closes++ };
    const app = fastify();
    app.register(async (scope) => {
      await scope.register(verifyFicWebhook, { ...receiverOptions, idempotency });
    });
    await app.ready();
    await app.close();
    expect(closes).toBe(1);
  });
});
