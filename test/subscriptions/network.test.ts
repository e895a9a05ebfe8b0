import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { SubscriptionsClient, SubscriptionsClientOptions } from '@fic-webhooks/core/subscriptions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFreePort } from '../../scripts/find-free-port.js';
import { catchApiError, catchError } from './support/caught.js';
import { type Bench, full, startBench } from './support/start-bench.js';
import { type Stub, sendJson, startStub } from './support/start-stub.js';

const types = full('entities.clients.create');
const shown = {
  id: 'SUB1',
  sink: 'https://example.com/',
  verified: true,
  types,
  config: { mapping: 'binary' },
};

let bench: Bench;
let stub: Stub | undefined;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await stub?.close();
  stub = undefined;
  await bench.close();
});

/** A client of a server that answers as it is told, and counts. */
async function connect(
  answer: (response: ServerResponse, count: number) => void,
  options: Partial<SubscriptionsClientOptions> = {},
): Promise<SubscriptionsClient> {
  stub = await startStub(answer);
  return bench.createClient({ baseUrl: stub.url, fetch: undefined, ...options });
}

const calls: [name: string, call: (client: SubscriptionsClient) => Promise<unknown>, isRepeated: boolean][] =
  [
    ['list', (client) => client.list(), true],
    ['get', (client) => client.get('SUB1'), true],
    ['modify', (client) => client.modify('SUB1', { types }), true],
    ['delete', (client) => client.delete('SUB1'), true],
    ['create', (client) => client.create({ sink: 'https://example.com/', types }), false],
    ['verify', (client) => client.verify('SUB1'), false],
  ];

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed, and the token goes nowhere', async (status) => {
    const trap = await startStub((response) => sendJson(response, { data: [] }));
    const client = await connect((response) =>
      response.writeHead(status, { location: `${trap.url}/elsewhere` }).end(),
    );
    for (const [, call] of calls) {
      const error = await catchApiError(call(client));
      expect(error).toMatchObject({ code: 'api-redirected', status });
      expect(error.message).toContain(`${trap.url}/elsewhere`);
    }
    expect(trap.requests).toEqual([]);
    expect(bench.retries).toEqual([]);
    await trap.close();
  });
});

describe('an answer that is none', () => {
  test.each([
    ['HTML', '<html>Log in</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['another JSON', '{"data":5}'],
    ['a list with something else in it', '{"data":[{"id":5}]}'],
    ['half of it', '{"data":[{"id":"SUB1","si'],
  ])('%s', async (_, body) => {
    const client = await connect((response) => response.writeHead(200).end(body));
    const error = await catchApiError(client.list());
    expect(error).toMatchObject({ code: 'api-answer-unexpected', status: 200 });
    expect(stub?.requests).toHaveLength(1);
  });

  test('verify and delete need no body, and disregard one', async () => {
    const client = await connect((response) => response.writeHead(200).end('<html>'));
    expect(await client.verify('SUB1')).toBeUndefined();
    expect(await client.delete('SUB1')).toBeUndefined();
  });

  test('more than 1 MiB is not read to its end', async () => {
    let sent = 0;
    const client = await connect((response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const send = () => {
        while (sent < 200 && !response.destroyed) {
          sent += 1;
          if (!response.write(chunk)) return response.once('drain', send);
        }
        return response.end();
      };
      send();
    });
    const error = await catchApiError(client.list());
    expect(error).toMatchObject({ code: 'api-answer-unexpected' });
    expect(error.message).toContain('1048576 bytes');
    expect(sent).toBeLessThan(200);
  });

  test('1 MiB with a token in it is shown without it', async () => {
    const client = await connect((response) => response.end('Bearer a/emulator'));
    expect((await catchApiError(client.list())).message).toContain('Bearer [token]');
  });
});

describe('no answer', () => {
  test.each(calls)('%s: the connection breaks', async (_name, call, isRepeated) => {
    const client = await connect((response) => response.destroy());
    const error = await catchApiError(call(client));
    expect(error).toMatchObject({ code: 'api-unreachable' });
    expect('status' in error).toBe(false);
    expect(stub?.requests).toHaveLength(isRepeated ? 4 : 1);
  });

  test.each(calls)('%s: 500', async (_name, call, isRepeated) => {
    const client = await connect((response) => sendJson(response, {}, { status: 500 }));
    expect((await catchApiError(call(client))).code).toBe('api-server');
    expect(stub?.requests).toHaveLength(isRepeated ? 4 : 1);
  });

  test.each(calls)('%s: no answer in time', async (_name, call, isRepeated) => {
    const client = await connect(() => {}, { timeout: 50, retries: 1 });
    const error = await catchApiError(call(client));
    expect(error).toMatchObject({ code: 'api-timeout' });
    expect(error.message).toContain('50 ms');
    expect(bench.retries).toHaveLength(isRepeated ? 1 : 0);
  });

  test.each(calls)('%s: nobody listens, so nothing was done, and it may be repeated', async (_name, call) => {
    const baseUrl = `http://127.0.0.1:${await findFreePort()}`;
    const error = await catchApiError(call(bench.createClient({ baseUrl, retries: 2 })));
    expect(error).toMatchObject({ code: 'api-unreachable' });
    expect(bench.retries).toHaveLength(2);
  });

  test('a body that never ends is over in time', async () => {
    const client = await connect((response) => void response.writeHead(200).write('{"data":['), {
      timeout: 100,
      retries: 0,
    });
    expect((await catchApiError(client.list())).code).toBe('api-timeout');
  });

  test('a fetch that disregards its signal is over in time, too', async () => {
    const client = bench.createClient({ fetch: () => new Promise(() => {}), timeout: 20, retries: 0 });
    expect((await catchApiError(client.list())).code).toBe('api-timeout');
  });
});

test('a fetch of the user that puts the request into its error does not get the token into ours', async () => {
  const token = 'a/verysecrettokenofauser';
  const client = bench.createClient({
    accessToken: token,
    retries: 0,
    fetch: async (_url, init) => {
      const inner = Object.assign(new Error(`Sent ${JSON.stringify(init)}`), {
        code: 'EPROXY',
        request: init,
      });
      throw new Error(`It failed with ${token}`, { cause: inner });
    },
  });
  const error = await catchApiError(client.list());
  expect(error).toMatchObject({ code: 'api-unreachable', cause: { cause: { code: 'EPROXY' } } });
  expect(error.message).toContain('It failed with [token]');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token);
});

describe('repetition', () => {
  test('goes on until an answer is there', async () => {
    const client = await connect((response, count) => {
      if (count === 1) response.destroy();
      else if (count === 2) sendJson(response, {}, { status: 503, headers: { 'retry-after': '7' } });
      else sendJson(response, { data: [shown] });
    });
    expect(await client.list()).toHaveLength(1);
    expect(bench.retries).toMatchObject([
      { attempt: 1, error: { code: 'api-unreachable' } },
      { attempt: 2, delay: 7_000, error: { code: 'api-server', retryAfter: 7_000 } },
    ]);
  });

  test.each(calls)('%s: 429 with a short wait is repeated', async (_name, call) => {
    const client = await connect((response, count) =>
      count === 1
        ? sendJson(response, {}, { status: 429, headers: { 'retry-after': '2' } })
        : sendJson(response, { data: _name === 'list' ? [shown] : shown }),
    );
    await call(client);
    expect(bench.retries).toMatchObject([{ delay: 2_000, error: { code: 'api-quota' } }]);
    expect(stub?.requests).toHaveLength(2);
  });

  test('Retry-After may be a date', async () => {
    const now = bench.clock.now();
    const client = await connect((response, count) =>
      count === 1
        ? sendJson(
            response,
            {},
            { status: 503, headers: { 'retry-after': new Date(now + 30_000).toUTCString() } },
          )
        : sendJson(response, { data: [] }),
    );
    await client.list();
    expect(bench.waits[0]).toBeGreaterThan(28_000);
    expect(bench.waits[0]).toBeLessThanOrEqual(30_000);
  });

  test('longestWait sets how long is too long', async () => {
    const answer = (response: ServerResponse) =>
      sendJson(response, {}, { status: 503, headers: { 'retry-after': '20' } });
    const client = await connect(answer, { longestWait: 10_000 });
    expect(await catchApiError(client.list())).toMatchObject({ code: 'api-server', retryAfter: 20_000 });
    expect(stub?.requests).toHaveLength(1);
  });

  test('none with retries: 0', async () => {
    const client = await connect((response) => response.destroy(), { retries: 0 });
    await catchApiError(client.list());
    expect(stub?.requests).toHaveLength(1);
  });

  test('of a delete whose first answer was lost: 404 is success', async () => {
    const client = await connect((response, count) =>
      count === 1 ? response.destroy() : sendJson(response, {}, { status: 404 }),
    );
    expect(await client.delete('SUB1')).toBeUndefined();
  });

  test('of a delete that the quota refused: 404 is 404', async () => {
    const client = await connect((response, count) =>
      count === 1
        ? sendJson(response, {}, { status: 429, headers: { 'retry-after': '1' } })
        : sendJson(response, {}, { status: 404 }),
    );
    expect((await catchApiError(client.delete('SUB1'))).code).toBe('api-not-found');
  });

  test('whatever onRetry throws is swallowed', async () => {
    const client = await connect(
      (response, count) => (count === 1 ? response.destroy() : sendJson(response, { data: [] })),
      {
        onRetry: () => {
          throw new Error('of the user');
        },
      },
    );
    expect(await client.list()).toEqual([]);
  });

  test('really waits', async () => {
    const client = await connect(
      (response, count) =>
        count === 1
          ? sendJson(response, {}, { status: 503, headers: { 'retry-after': '1' } })
          : sendJson(response, { data: [] }),
      { clock: undefined },
    );
    const start = performance.now();
    await client.list();
    // A timer may be early by a millisecond, and late by any.
    expect(performance.now() - start).toBeGreaterThan(990);
  });
});

describe('a signal', () => {
  const reason = new Error('The user has left.');

  test.each(calls)('%s: aborted before, nothing is sent', async (name, call) => {
    const client = bench.createClient({ signal: AbortSignal.abort(reason) });
    expect(await catchError(call(client))).toBe(reason);
    expect([name, bench.calls]).toEqual([name, []]);
  });

  test('of a call ends it while it waits for an answer', async () => {
    const controller = new AbortController();
    const client = await connect(() => controller.abort(reason));
    expect(await catchError(client.list({ signal: controller.signal }))).toBe(reason);
    expect(stub?.requests).toHaveLength(1);
  });

  test('of the client ends it too, whatever the reason is', async () => {
    const controller = new AbortController();
    const client = await connect(() => controller.abort('no error at all'), { signal: controller.signal });
    expect(await catchError(client.list())).toBe('no error at all');
  });

  test('ends the waiting for a repetition', async () => {
    const controller = new AbortController();
    const client = await connect(
      (response) => sendJson(response, {}, { status: 503, headers: { 'retry-after': '60' } }),
      { clock: undefined, onRetry: () => controller.abort(reason) },
    );
    expect(await catchError(client.list({ signal: controller.signal }))).toBe(reason);
    expect(stub?.requests).toHaveLength(1);
  });

  test('leaves nothing behind when the call is done', async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners.add(parameters[1]);
      add(...parameters);
    };
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners.delete(parameters[1]);
      remove(...parameters);
    };
    await bench.createClient({ signal }).list({ signal });
    expect(listeners.size).toBe(0);
  });
});
