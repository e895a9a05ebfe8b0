import { Configuration } from '@fattureincloud/fattureincloud-ts-sdk';
import {
  createSubscriptionsClient,
  InvalidOptionError,
  type SubscriptionsClient,
} from '@fic-webhooks/core/subscriptions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catchError } from './support/caught.js';
import { type Bench, companyId, full, startBench } from './support/start-bench.js';
import { sendJson, startStub } from './support/start-stub.js';

const [created, updated] = full('entities.clients.create', 'entities.clients.update') as [string, string];

describe('the six calls', () => {
  let bench: Bench;
  let client: SubscriptionsClient;
  beforeEach(async () => {
    bench = await startBench();
    client = bench.createClient();
  });
  afterEach(() => bench.close());

  test('create, get, list, modify, verify, delete', async () => {
    const { fic, sink } = bench;
    expect(await client.list()).toEqual([]);
    const { subscription, warnings } = await client.create({
      sink: sink.url,
      types: ['entities.clients.create'],
      mapping: 'structured',
      verificationMethod: 'query',
    });
    expect(warnings).toEqual([]);
    expect(subscription).toEqual({
      id: 'SUB1',
      sink: sink.url,
      verified: false,
      types: [created],
      mapping: 'structured',
    });
    expect(fic.subscriptions()[0]).toMatchObject({ mapping: 'structured', verificationMethod: 'query' });
    await fic.settled();
    expect(await client.get('SUB1')).toEqual({ ...subscription, verified: true });
    expect(await client.list()).toEqual([{ ...subscription, verified: true }]);

    const modified = await client.modify('SUB1', { types: [created, 'entities.clients.update'] });
    expect(modified.subscription).toEqual({ ...subscription, types: [created, updated], verified: true });
    expect((await client.modify('SUB1', { mapping: 'binary' })).subscription).toEqual({
      ...modified.subscription,
      mapping: 'binary',
    });

    sink.echoes = false;
    const moved = await client.modify('SUB1', { sink: `${sink.url}/2`, verificationMethod: 'query' });
    expect(moved.subscription).toMatchObject({ sink: `${sink.url}/2`, verified: false });
    await fic.settled();
    sink.echoes = true;
    await fic.advance('10m');
    expect(await client.verify('SUB1', { verificationMethod: 'query' })).toBeUndefined();
    await fic.settled();
    expect((await client.get('SUB1')).verified).toBe(true);
    expect(fic.subscriptions()[0]?.verificationMethod).toBe('query');

    expect(await client.delete('SUB1')).toBeUndefined();
    expect(fic.subscriptions()).toEqual([]);
  });

  test('the rate limits of the last success', async () => {
    expect(client.rateLimit).toEqual({});
    await client.list();
    expect(client.rateLimit).toEqual({
      hourlyRemaining: 999,
      hourlyLimit: 1000,
      monthlyRemaining: 39_999,
      monthlyLimit: 40_000,
    });
    await catchError(client.get('SUB9'));
    expect(client.rateLimit.hourlyRemaining).toBe(999);
    await client.list();
    expect(client.rateLimit.hourlyRemaining).toBe(997);
  });

  test.each(['', '..', '../..', 'SUB1/verify', 'SUB 1', 'SUB1?x=1', undefined, 5])(
    'the id %j is never sent',
    async (id) => {
      const calls = [client.get, client.delete, client.verify, (one: string) => client.modify(one, {})];
      for (const call of calls) {
        const error = await catchError(call(id as string));
        expect(error).toBeInstanceOf(InvalidOptionError);
        expect(error).toMatchObject({ code: 'option-invalid', option: 'id' });
      }
      expect(bench.calls).toEqual([]);
    },
  );

  test.each([
    [{ types: ['x'] }, 'sink', 'option-invalid'],
    [{ sink: 'https://example.com/', types: [] }, 'types', 'option-invalid'],
    [{ sink: 'https://example.com/', types: 'x' }, 'types', 'option-invalid'],
    [{ sink: 'https://example.com/', types: [5] }, 'types', 'option-invalid'],
    [{ sink: 'https://example.com/', types: ['x'], maping: 'binary' }, 'maping', 'option-unknown'],
    [{ sink: 'https://example.com/', types: ['x'], mapping: 'both' }, 'mapping', 'option-invalid'],
    [undefined, 'options', 'option-invalid'],
  ])('create(%j) is never sent', async (wanted, option, code) => {
    const error = await catchError(client.create(wanted as never));
    expect(error).toMatchObject({ name: 'InvalidOptionError', code, option });
    if (option === 'maping') expect((error as Error).message).toContain('Did you mean mapping?');
    expect(bench.calls).toEqual([]);
  });
});

describe('warnings', () => {
  test.each(['list', 'text'] as const)('sent as a %s become a list', async (form) => {
    const bench = await startBench({ behaviour: { warnings: form } });
    const client = bench.createClient();
    await client.create({ sink: bench.sink.url, types: [created] });
    const { subscription, warnings } = await client.create({
      sink: bench.sink.url,
      types: ['entities.clients.create', 'entities.leads.create', 'entities.clients.update'],
    });
    expect(subscription.types).toEqual([updated]);
    expect(warnings).toEqual([
      { kind: 'already-registered', type: created, message: expect.stringContaining('already registered') },
      {
        kind: 'unknown-type',
        type: full('entities.leads.create')[0],
        message: expect.stringContaining('does not exist'),
      },
    ]);
    await bench.close();
  });

  test.each(['null', 'absent', 'empty-list'] as const)('%s is none', async (noWarnings) => {
    const bench = await startBench({ behaviour: { noWarnings } });
    const { warnings } = await bench.createClient().create({ sink: bench.sink.url, types: [created] });
    expect(warnings).toEqual([]);
    await bench.close();
  });
});

describe('an answer', () => {
  test('may have more than is known, and null for what may be null', async () => {
    const stub = await startStub((response) =>
      sendJson(response, {
        data: [
          { id: 'SUB1', sink: 'https://example.com/', verified: null, types: null, config: null, new: 1 },
          {
            id: 'SUB2',
            sink: 'https://example.com/',
            verified: true,
            types: ['x'],
            config: { mapping: 'batch' },
          },
        ],
        page: { total: 2 },
      }),
    );
    const bench = await startBench();
    expect(await bench.createClient({ baseUrl: `${stub.url}/` }).list()).toEqual([
      { id: 'SUB1', sink: 'https://example.com/', verified: false, types: [], mapping: 'binary' },
      { id: 'SUB2', sink: 'https://example.com/', verified: true, types: ['x'], mapping: 'batch' },
    ]);
    expect(stub.requests[0]?.url).toBe(`/c/${companyId}/subscriptions`);
    await stub.close();
    await bench.close();
  });
});

describe('the access token', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.close());

  test('of FIC’s own SDK: its Configuration gives token and base URL', async () => {
    const configuration = new Configuration({ accessToken: 'a/emulator', basePath: bench.fic.url });
    const client = bench.createClient({ accessToken: configuration, baseUrl: undefined });
    await client.create({ sink: bench.sink.url, types: [created] });
    expect(bench.fic.subscriptions()[0]?.applicationId).toBe(1234);
    // A configuration that is changed later counts from then on.
    configuration.accessToken = 'a/another';
    expect(await client.list()).toEqual([]);
    configuration.accessToken = async () => 'a/emulator';
    expect(await client.list()).toHaveLength(1);
    configuration.accessToken = Promise.resolve('a/another');
    expect(await client.list()).toHaveLength(0);
  });

  test('a function is asked for every call', async () => {
    let asked = 0;
    const client = bench.createClient({
      accessToken: async ({ isRefused }) => {
        expect(isRefused).toBe(false);
        asked += 1;
        return 'a/emulator';
      },
    });
    await client.list();
    await client.list();
    expect(asked).toBe(2);
  });

  test('a function is asked once more after 401, and a POST goes through then', async () => {
    const stub = await startStub((response, _count, { headers }) =>
      headers.authorization === 'Bearer a/fresh'
        ? sendJson(response, { data: { id: 'SUB1', sink: 'https://example.com/', types: [created] } })
        : sendJson(response, { error: 'expired_token', error_description: 'Expired.' }, { status: 401 }),
    );
    const asked: boolean[] = [];
    const client = bench.createClient({
      baseUrl: stub.url,
      accessToken: ({ isRefused }) => {
        asked.push(isRefused);
        return isRefused ? 'a/fresh' : 'a/stale';
      },
    });
    const { subscription } = await client.create({ sink: 'https://example.com/', types: [created] });
    expect(subscription.id).toBe('SUB1');
    expect(asked).toEqual([false, true]);
    expect(stub.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer a/stale',
      'Bearer a/fresh',
    ]);
    await stub.close();
  });

  test.each([
    ['always the same token', () => 'a/stale', 1],
    ['always another one', ({ isRefused }: { isRefused: boolean }) => (isRefused ? 'a/two' : 'a/one'), 2],
  ])('401 again: %s', async (_, accessToken, requests) => {
    const stub = await startStub((response) =>
      sendJson(response, { error: 'invalid_token' }, { status: 401 }),
    );
    const error = await catchError(bench.createClient({ baseUrl: stub.url, accessToken }).list());
    expect(error).toMatchObject({ code: 'api-unauthorised', status: 401, apiCode: 'invalid_token' });
    expect(stub.requests).toHaveLength(requests);
    await stub.close();
  });

  test.each([
    ['nothing', () => undefined, 'gave nothing'],
    ['an empty text', () => '', 'gave nothing'],
    ['with Bearer', () => 'Bearer a/secret-token', 'Give the token alone'],
    ['a refresh token', () => 'r/secret-token', 'refresh token'],
    ['with a line break', () => 'a/secret-token\n', 'line break'],
    ['a function that throws', () => Promise.reject(new Error('The vault is shut.')), 'The vault is shut.'],
  ])('%s is not sent, and not shown', async (_, accessToken, message) => {
    const error = await catchError(bench.createClient({ accessToken: accessToken as never }).list());
    expect(error).toMatchObject({ name: 'FicWebhooksError', code: 'access-token-unusable' });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('secret');
    expect(bench.calls).toEqual([]);
    expect(bench.retries).toEqual([]);
  });
});

describe('options', () => {
  test.each([
    [{}, 'companyId', 'option-invalid'],
    [{ companyId: '5', accessToken: 'a/x' }, 'companyId', 'option-invalid'],
    [{ companyId: Number.NaN, accessToken: 'a/x' }, 'companyId', 'option-invalid'],
    [{ companyId: 5 }, 'accessToken', 'option-invalid'],
    [{ companyId: 5, accessToken: null }, 'accessToken', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', baseURL: 'https://x.example' }, 'baseURL', 'option-unknown'],
    [{ companyId: 5, accessToken: 'a/x', baseUrl: 'nowhere' }, 'baseUrl', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', baseUrl: 'ftp://x.example' }, 'baseUrl', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', baseUrl: 'http://x.example' }, 'baseUrl', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', baseUrl: 'https://u:p@x.example' }, 'baseUrl', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', timeout: 0 }, 'timeout', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', timeout: Number.POSITIVE_INFINITY }, 'timeout', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', retries: -1 }, 'retries', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', retries: 1.5 }, 'retries', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', fetch: 5 }, 'fetch', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', signal: {} }, 'signal', 'option-invalid'],
    [{ companyId: 5, accessToken: 'a/x', clock: {} }, 'clock', 'option-invalid'],
    [undefined, 'options', 'option-invalid'],
  ])('%j names %s', async (options, option, code) => {
    const make = async () => createSubscriptionsClient(options as never);
    const error = (await catchError(make())) as InvalidOptionError;
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ code, option });
    expect(error.message).not.toContain('a/x');
    if (option === 'baseURL') expect(error.message).toContain('Did you mean baseUrl?');
  });

  test('plain HTTP elsewhere only when it is allowed', () => {
    const options = { companyId: 5, accessToken: 'a/x', baseUrl: 'http://fic:4010' };
    expect(() => createSubscriptionsClient(options)).toThrow('plain HTTP');
    expect(createSubscriptionsClient({ ...options, allowHttp: true }).companyId).toBe(5);
  });
});
