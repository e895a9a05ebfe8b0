import type { FicApiError, SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import { afterEach, describe, expect, test } from 'vitest';
import { catchApiError } from './support/caught.js';
import { type Bench, companyId, full, startBench } from './support/start-bench.js';
import { sendJson, startStub } from './support/start-stub.js';

const path = `/c/${companyId}/subscriptions`;
const types = full('entities.clients.create');

let bench: Bench;
afterEach(() => bench.close());

/** Each part of a message is a sentence of its own, and the token stands nowhere. */
function expectReadable(error: FicApiError): void {
  expect(error.message).toMatch(/^(GET|POST|PUT|DELETE) \/c\/\d+\/subscriptions\S* .*[.] [A-Z].*[.]$/);
  for (const text of [error.message, JSON.stringify(error), String(error.stack)]) {
    expect(text).not.toContain('a/emulator');
  }
}

describe('what the service refuses', () => {
  test('400 and 422: validation, with the fields', async () => {
    bench = await startBench();
    const client = bench.createClient();
    const error = await catchApiError(client.create({ sink: 'http://example.com/', types }));
    expect(error).toMatchObject({ code: 'api-validation', status: 422, method: 'POST', path });
    expect(error.validationResult).toEqual({ 'data.sink': [expect.stringContaining('https://')] });
    expect(error.apiMessage).toContain('data.sink');
    expect(error.message).toContain('data.sink');
    expectReadable(error);
    expect(bench.retries).toEqual([]);
  });

  test('401: unauthorised', async () => {
    bench = await startBench();
    // A scheme that is no token at all for the emulator, but may be sent.
    const error = await catchApiError(bench.createClient({ accessToken: '{token}' }).list());
    expect(error).toMatchObject({ code: 'api-unauthorised', status: 401, apiCode: 'invalid_token' });
    expectReadable(error);
  });

  test('403: a scope is missing, and the message names those that are needed', async () => {
    bench = await startBench({
      applications: [{ id: 1234, accessToken: 'a/emulator', scopes: ['products:r'] }],
    });
    const error = await catchApiError(bench.createClient().create({ sink: bench.sink.url, types }));
    expect(error).toMatchObject({ code: 'api-permission', status: 403, apiCode: 'NO_PERMISSION' });
    expect(error.message).toContain('These types need entity.clients:r.');
    expectReadable(error);
  });

  test('403: a company that the token does not see', async () => {
    bench = await startBench({ applications: [{ id: 1234, accessToken: 'a/emulator', companies: [5] }] });
    const error = await catchApiError(bench.createClient().list());
    expect(error).toMatchObject({ code: 'api-permission', status: 403 });
    expectReadable(error);
  });

  test('403: the application is disabled', async () => {
    bench = await startBench({ applications: [{ id: 1234, accessToken: 'a/emulator', disabled: true }] });
    const error = await catchApiError(bench.createClient().list());
    expect(error).toMatchObject({
      code: 'api-application-disabled',
      status: 403,
      apiCode: 'NO_PERMISSION',
    });
    expectReadable(error);
  });

  test.each([
    ['5-minutes', 429, 300_000],
    ['hour', 403, 3_600_000],
    ['month', 403, undefined],
  ] as const)('the quota of %s: %i, at once, and says when', async (window, status, retryAfter) => {
    bench = await startBench({ faults: { probabilities: { 'api-quota': 1 }, quotaWindow: window } });
    const error = await catchApiError(bench.createClient().list());
    expect(error).toMatchObject({ code: 'api-quota', status, window });
    if (retryAfter !== undefined) expect(error.retryAfter).toBe(retryAfter);
    expect(error.retryAfter).toBeGreaterThan(60_000);
    expect(error.message).toMatch(/It can be called again in \d+ (minutes|hours|days|seconds)\./);
    expectReadable(error);
    // Longer than longestWait.
    expect(bench.calls).toHaveLength(1);
    expect(bench.retries).toEqual([]);
  });

  test('the real quota of 300 calls in 5 minutes', async () => {
    bench = await startBench();
    const client = bench.createClient();
    for (let batch = 0; batch < 6; batch += 1) {
      await Promise.all(Array.from({ length: 50 }, () => client.list()));
    }
    await bench.fic.advance('270s');
    // 30 seconds are worth waiting for.
    const advancing = bench.createClient({
      clock: {
        ...bench.clock,
        sleep: async (milliseconds) => {
          await bench.fic.advance(milliseconds);
        },
      },
    });
    expect(await advancing.list()).toEqual([]);
    expect(bench.retries).toMatchObject([
      { attempt: 1, delay: 30_000, error: { code: 'api-quota', retryAfter: 30_000, window: '5-minutes' } },
    ]);
  });

  test('404: not found', async () => {
    bench = await startBench();
    const client = bench.createClient();
    const calls: [string, () => Promise<unknown>][] = [
      ['GET', () => client.get('SUB9')],
      ['PUT', () => client.modify('SUB9', { types })],
      ['DELETE', () => client.delete('SUB9')],
    ];
    for (const [method, call] of calls) {
      const error = await catchApiError(call());
      expect(error).toMatchObject({ code: 'api-not-found', status: 404, method, path: `${path}/SUB9` });
      expectReadable(error);
    }
    const error = await catchApiError(client.verify('SUB9'));
    expect(error).toMatchObject({ code: 'api-not-found', method: 'POST', path: `${path}/SUB9/verify` });
  });

  test('405: refused', async () => {
    bench = await startBench();
    const client = bench.createClient({
      fetch: (url, init) => fetch(url, { ...init, method: 'PATCH' }),
    });
    const error = await catchApiError(client.list());
    expect(error).toMatchObject({ code: 'api-refused', status: 405 });
    expectReadable(error);
  });

  test('409 and 429: verification asked for too often', async () => {
    bench = await startBench({ behaviour: { throttledVerification: 'refused' } });
    const { fic, sink } = bench;
    sink.echoes = false;
    const client = bench.createClient();
    await client.create({ sink: sink.url, types });
    await fic.settled();
    const early = await catchApiError(client.verify('SUB1'));
    expect(early).toMatchObject({ code: 'api-quota', status: 429, retryAfter: 600_000 });
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await fic.advance('10m');
      await client.verify('SUB1');
      await fic.settled();
    }
    await fic.advance('10m');
    const error = await catchApiError(client.verify('SUB1'));
    expect(error).toMatchObject({ code: 'api-conflict', status: 409 });
    expectReadable(error);
  });

  test('500: repeated, and in the end an error', async () => {
    bench = await startBench({ faults: { probabilities: { 'api-error': 1 } } });
    const error = await catchApiError(bench.createClient().list());
    expect(error).toMatchObject({ code: 'api-server', status: 500 });
    expectReadable(error);
    expect(bench.calls).toHaveLength(4);
    expect(bench.retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    // Backing off: 500, 1,000, 2,000, each with up to half of it taken off.
    expect(bench.waits).toEqual(bench.retries.map(({ delay }) => delay));
    for (const [index, delay] of bench.waits.entries()) {
      expect(delay).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(delay).toBeLessThanOrEqual(500 * 2 ** index);
    }
  });
});

describe('what the documentation has and the emulator does not say so', () => {
  let client: SubscriptionsClient;
  async function answer(
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<FicApiError> {
    bench = await startBench();
    const stub = await startStub((response) => sendJson(response, body, { status, headers }));
    client = bench.createClient({ baseUrl: stub.url, retries: 0 });
    const error = await catchApiError(client.list());
    await stub.close();
    return error;
  }

  test.each([
    [400, { error: { message: 'Bad.' } }, {}, { code: 'api-validation', apiMessage: 'Bad.' }],
    [
      422,
      { error: { message: 'Bad.', validation_result: { sink: 'one' } } },
      {},
      { validationResult: { sink: ['one'] } },
    ],
    [403, { error: { message: 'Applicazione disabilitata' } }, {}, { code: 'api-application-disabled' }],
    [
      403,
      { error: 'access_denied', error_description: 'No.' },
      {},
      { code: 'api-permission', apiCode: 'access_denied' },
    ],
    [403, {}, { 'retry-after': '7200' }, { code: 'api-quota', window: 'month', retryAfter: 7_200_000 }],
    [403, {}, { 'retry-after': '60' }, { code: 'api-quota', window: 'hour' }],
    [403, { error: { message: 'Limite mensile' } }, { 'retry-after': '60' }, { window: 'month' }],
    [403, { error: { message: 'Hourly limit of the month' } }, { 'retry-after': '60' }, { window: 'month' }],
    [429, {}, {}, { code: 'api-quota', window: '5-minutes' }],
    [409, { error: { message: 'Busy', code: 12 } }, {}, { code: 'api-conflict', apiCode: '12' }],
    [415, {}, {}, { code: 'api-refused' }],
    [503, {}, { 'retry-after': 'soon' }, { code: 'api-server' }],
    [418, null, {}, { code: 'api-refused' }],
  ])('%i %j', async (status, body, headers, expected) => {
    const error = await answer(status, body, headers);
    expect(error).toMatchObject({ status, ...expected });
    expectReadable(error);
  });

  test('foreign texts are cleaned, and cannot make a message long', async () => {
    const error = await answer(422, {
      error: {
        message: `\u001b[31mred\u001b[0m\r\nnext ${'x'.repeat(5_000)}`,
        validation_result: { [`\u202efield`]: ['\u0007bell', { a: 1 }] },
      },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(JSON.stringify(error) + error.message).not.toMatch(/[\u0000-\u001f\u202e]|\\u001b|\\u202e/);
    expect(error.message.length).toBeLessThan(1_500);
  });

  test('a service that repeats the token does not get it into an error', async () => {
    bench = await startBench();
    const token = 'a/verysecrettokenofauser';
    const stub = await startStub((response, _count, { headers }) =>
      sendJson(response, { error: { message: `You sent ${headers.authorization}` } }, { status: 422 }),
    );
    const error = await catchApiError(bench.createClient({ baseUrl: stub.url, accessToken: token }).list());
    expect(error.apiMessage).toBe('You sent Bearer [token]');
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain(token);
    await stub.close();
  });
});
