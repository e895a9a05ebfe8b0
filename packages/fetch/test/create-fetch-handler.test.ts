import { once } from 'node:events';
import { connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetchHandler, createReceiver, type FicReceiver } from '../src/index.js';
import {
  createRecordingReceiver,
  receiverOptions,
  signing,
  startApp,
  summarize,
  toRequest,
} from './start-endpoint.js';

const notify = (event = {}) => toRequest(signNotification(event, signing));

describe('the handler', () => {
  it('is a function, and has itself as fetch, GET and POST', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const handler = createFetchHandler(receiver);
    const { fetch, GET, POST } = handler;
    for (const one of [handler, fetch, POST]) expect((await one(notify())).status).toBe(204);
    expect(handled).toHaveLength(3);
    const challenge = challengeRequest({ ...signing, method: 'query' });
    const response = await GET(toRequest(challenge));
    expect(await response.json()).toEqual({ verification: challenge.challenge });
  });

  it('takes options in place of a receiver', async () => {
    const ids: (readonly number[])[] = [];
    const handler = createFetchHandler({
      ...receiverOptions,
      handlers: { 'entities.clients.*': (event) => ids.push(event.ids) },
    });
    expect((await handler(notify({ name: 'entities.clients.delete', ids: [5] }))).status).toBe(204);
    expect(ids).toEqual([[5]]);
  });

  it('refuses wrong options when it is made', () => {
    expect(() => createFetchHandler({ ...receiverOptions, sink: 'example.com' })).toThrow(
      expect.objectContaining({ code: 'sink-invalid' }),
    );
  });

  it('answers a success with 204 and no body at all', async () => {
    const response = await createFetchHandler(createRecordingReceiver().receiver)(notify());
    expect([response.status, response.body, [...response.headers]]).toEqual([204, null, []]);
  });

  it('leaves the connection to the runtime', async () => {
    const handler = createFetchHandler(createRecordingReceiver().receiver);
    const request = toRequest({ headers: { 'content-length': '10' }, body: '0123456789' });
    const response = await handler(request);
    expect(await summarize(response)).toBe('401 token-missing');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.has('connection')).toBe(false);
    // Core asks for it, as nobody has read the body: without the rule this test would prove nothing.
    const { receiver } = createRecordingReceiver();
    const headers = { 'content-length': '10' };
    const answer = await receiver.handle({
      method: 'POST',
      headers,
      query: () => undefined,
      body: async () => ({ bytes: new Uint8Array() }),
    });
    expect(answer.headers['connection']).toBe('close');
  });

  it('answers over HTTP/2, where a connection header is forbidden', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const handler = createFetchHandler(receiver);
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const app = new Hono().all('/', (c) => handler(c.req.raw));
    const server = createAdaptorServer({ fetch: app.fetch, createServer }) as Http2Server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.close();
      server.close();
      process.off('warning', onWarning);
    });
    const exchange = async (headers: Record<string, string>, body: string) => {
      const stream = client.request({ ':method': 'POST', ':path': '/', ...headers });
      stream.end(body);
      const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      return answer;
    };
    const { headers, body } = signNotification({}, signing);
    const ours = Object.entries(headers).filter(([name]) => !/^(?:connection|host)$/i.test(name));
    expect((await exchange(Object.fromEntries(ours), body))[':status']).toBe(204);
    expect(handled).toHaveLength(1);
    const refused = await exchange({ 'content-length': '100000' }, 'x'.repeat(100_000));
    expect(refused[':status']).toBe(401);
    expect(refused).not.toHaveProperty('connection');
    expect(warnings).toEqual([]);
  });
});

describe('a function in place of a receiver', () => {
  interface Env {
    readonly applicationId: number;
  }

  function createCounting() {
    const made: Env[] = [];
    const handled: number[] = [];
    const create = (env: Env): FicReceiver => {
      made.push(env);
      const receiver = createReceiver({ ...receiverOptions, applicationId: env.applicationId });
      return receiver.on('*', () => handled.push(env.applicationId));
    };
    return { made, handled, create };
  }

  it('is called at the first request, once for each environment', async () => {
    const { made, handled, create } = createCounting();
    const handler = createFetchHandler(create);
    const env = { applicationId: 1234 };
    const other = { applicationId: 77 };
    expect(made).toEqual([]);
    const notification = signNotification({}, signing);
    // The second time the receiver must be the same one, which remembers what it has handled.
    expect((await handler(toRequest(notification), env)).status).toBe(204);
    expect((await handler(toRequest(notification), env)).status).toBe(204);
    expect([made, handled]).toEqual([[env], [1234]]);
    const foreign = signNotification({}, { ...signing, applicationId: 77 });
    expect(await summarize(await handler(toRequest(foreign), env))).toBe('503 token-application');
    expect((await handler(toRequest(foreign), other)).status).toBe(204);
    expect([made, handled]).toEqual([
      [env, other],
      [1234, 77],
    ]);
  });

  it('without a parameter is called once, whatever the runtime passes beside the request', async () => {
    let made = 0;
    let handled = 0;
    const handler = createFetchHandler(() => {
      made++;
      return createReceiver(receiverOptions).on('*', () => handled++);
    });
    const notification = signNotification({}, signing);
    for (let time = 0; time < 3; time++) {
      const response = await handler.POST(toRequest(notification), { params: Promise.resolve({}) });
      expect(response.status).toBe(204);
    }
    expect([made, handled]).toEqual([1, 1]);
  });

  it('that throws makes the request fail, and is called again at the next one', async () => {
    const { made, create } = createCounting();
    const handler = createFetchHandler((env: Env) => create(env));
    const env = { applicationId: 0 };
    await expect(handler(notify(), env)).rejects.toMatchObject({ code: 'application-id-invalid' });
    env.applicationId = 1234;
    expect((await handler(notify(), env)).status).toBe(204);
    expect(made).toHaveLength(2);
  });
});

describe('waitUntil', () => {
  /** A receiver whose handler waits for the test. */
  function createSlowReceiver() {
    let finish: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const receiver = createReceiver({ ...receiverOptions, answerWithin: 40 }).on('*', () => slow);
    return { receiver, finish };
  }

  async function isPending(work: Promise<unknown> | undefined): Promise<boolean> {
    const pending = Symbol('pending');
    const late = new Promise((resolve) => setTimeout(resolve, 20, pending));
    return (await Promise.race([work, late])) === pending;
  }

  /** As on Workers: the method works on its own object only. */
  class ExecutionContext {
    readonly #work: Promise<unknown>[] = [];
    waitUntil(work: Promise<unknown>): void {
      this.#work.push(work);
    }
    get work(): readonly Promise<unknown>[] {
      return this.#work;
    }
  }

  it('of the context is given the handler that outlives its answer', async () => {
    const { receiver, finish } = createSlowReceiver();
    const handler = createFetchHandler(receiver);
    const context = new ExecutionContext();
    const notification = signNotification({}, signing);
    const response = await handler(toRequest(notification), {}, context);
    expect(await summarize(response)).toBe('503 deadline');
    expect(context.work).toHaveLength(1);
    expect(await isPending(context.work[0])).toBe(true);
    finish();
    await Promise.all(context.work);
    // Its late success counts.
    expect((await handler(toRequest(notification), {}, context)).status).toBe(204);
  });

  it('of the options does the same, and goes before that of the context', async () => {
    const { receiver, finish } = createSlowReceiver();
    const work: Promise<unknown>[] = [];
    const context = new ExecutionContext();
    const handler = createFetchHandler(receiver, { waitUntil: (promise) => work.push(promise) });
    expect((await handler(notify(), {}, context)).status).toBe(503);
    expect([work.length, context.work.length]).toEqual([1, 0]);
    finish();
    await Promise.all(work);
  });

  it('works with the execution context of Hono', async () => {
    const { receiver, finish } = createSlowReceiver();
    const handler = createFetchHandler(receiver);
    const app = new Hono().all('/', (c) => handler(c.req.raw, c.env, c.executionCtx));
    const context = Object.assign(new ExecutionContext(), { passThroughOnException() {}, props: {} });
    const request = new Request('https://example.com/', notify());
    expect((await app.fetch(request, {}, context)).status).toBe(503);
    expect(context.work).toHaveLength(1);
    finish();
    await Promise.all(context.work);
  });

  it('is not needed', async () => {
    const { receiver, handled } = createRecordingReceiver();
    const handler = createFetchHandler(receiver);
    for (const context of [undefined, {}, { waitUntil: undefined }] as never[]) {
      expect((await handler(notify(), {}, context)).status).toBe(204);
    }
    expect(handled).toHaveLength(3);
  });
});

describe('in Hono', () => {
  it('answers every method on its path, and leaves other paths alone', async () => {
    const handler = createFetchHandler(createRecordingReceiver().receiver);
    const app = new Hono()
      .all('/webhooks/fic', (c) => handler(c.req.raw))
      .get('/other', (c) => c.text('other'));
    const url = await startApp(app);
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']) {
      const { status, headers } = await fetch(`${url}/webhooks/fic`, { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, POST']);
    }
    expect(await (await fetch(`${url}/other`)).text()).toBe('other');
    expect((await fetch(`${url}/webhooks`)).status).toBe(404);
  });

  it('gives a sender without a token its answer, however large the body', async () => {
    const handler = createFetchHandler(createRecordingReceiver().receiver);
    const app = new Hono().all('/webhooks/fic', (c) => handler(c.req.raw));
    const url = `${await startApp(app)}/webhooks/fic`;
    for (let time = 0; time < 3; time++) {
      const response = await fetch(url, { method: 'POST', body: new Uint8Array(4 * 1024 * 1024) });
      expect(await summarize(response)).toBe('401 token-missing');
    }
  });
});
