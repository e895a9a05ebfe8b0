import type { SubscriptionsClientOptions } from '@fic-webhooks/core/subscriptions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catchApiError } from './support/caught.js';
import { type Bench, full, startBench } from './support/start-bench.js';

const types = full('entities.clients.create', 'entities.clients.update');

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

type Fetch = NonNullable<SubscriptionsClientOptions['fetch']>;

/** A fetch that does something before or after certain calls. */
function intercept(
  method: string,
  hooks: { before?: (count: number) => unknown; after?: (count: number) => unknown },
): Fetch {
  let count = 0;
  return async (url, init) => {
    const isMeant = init?.method === method;
    if (isMeant) count += 1;
    if (isMeant) await hooks.before?.(count);
    const response = await fetch(url, init);
    if (isMeant) await hooks.after?.(count);
    return response;
  };
}

const lose = () => {
  throw new TypeError('fetch failed');
};

describe('a create call whose answer is lost', () => {
  test('was made: the next look finds it, and no second one is made', async () => {
    const client = bench.createClient({ fetch: intercept('POST', { after: lose }) });
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({ status: 'ready', subscription: { id: 'SUB1', types } });
    expect(bench.fic.subscriptions()).toHaveLength(1);
    expect(bench.retries).toMatchObject([{ attempt: 1, error: { code: 'api-unreachable' } }]);
  });

  test('was not made: it is made then', async () => {
    const client = bench.createClient({
      fetch: intercept('POST', { before: (count) => (count <= 2 ? lose() : undefined) }),
    });
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({ status: 'ready', actions: [{ kind: 'create', id: 'SUB1' }] });
    expect(bench.retries).toHaveLength(2);
  });

  test('is not repeated more often than retries says', async () => {
    const fetch = intercept('POST', { before: lose });
    for (const retries of [0, 2]) {
      bench.retries.length = 0;
      const client = bench.createClient({ fetch, retries });
      const error = await catchApiError(client.ensure({ sink: bench.sink.url, types }));
      expect(error.code).toBe('api-unreachable');
      expect(bench.retries).toHaveLength(retries);
    }
  });

  test('was refused in whole: what it left behind is deleted by the next look', async () => {
    const client = bench.createClient({ fetch: intercept('POST', { after: lose }) });
    const report = await client.ensure({
      sink: bench.sink.url,
      types: ['entities.leads.create'],
      allowUnknownTypes: true,
    });
    expect(report).toMatchObject({ status: 'missing', problems: [{ code: 'type-refused' }] });
    expect(bench.fic.subscriptions()).toEqual([]);
  });
});

test('a verify call whose answer is lost fails the run, and is not made again for ten minutes', async () => {
  bench.sink.echoes = false;
  await bench.createClient().create({ sink: bench.sink.url, types });
  await bench.fic.settled();
  await bench.fic.advance('10m');
  const client = bench.createClient({ fetch: intercept('POST', { after: lose }) });
  const error = await catchApiError(client.ensure({ sink: bench.sink.url, types }));
  expect(error).toMatchObject({ code: 'api-unreachable', path: expect.stringMatching(/verify$/) });
  await bench.fic.advance('1m');
  expect(await client.ensure({ sink: bench.sink.url, types, verifyWithin: 0 })).toMatchObject({
    status: 'unverified',
    actions: [],
    problems: [{ code: 'verification-throttled', retryAfter: 540_000 }],
  });
});

describe('somebody else at the same time', () => {
  test('two processes that start together end with one subscription', async () => {
    const options = { sink: bench.sink.url, types };
    const reports = await Promise.all(Array.from({ length: 4 }, () => bench.createClient().ensure(options)));
    expect(reports.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready', 'ready']);
    expect(bench.fic.subscriptions()).toMatchObject([{ types, verified: true }]);
  });

  test('makes the subscription between the look and the create call', async () => {
    const other = bench.createClient();
    const client = bench.createClient({
      fetch: intercept('POST', {
        before: (count) => (count === 1 ? other.create({ sink: bench.sink.url, types }) : undefined),
      }),
    });
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB1' },
      actions: [
        { kind: 'create', id: 'SUB2' },
        { kind: 'delete', id: 'SUB2' },
      ],
    });
    expect(bench.fic.subscriptions()).toHaveLength(1);
  });

  test('takes a type for another sink in between: the report says who', async () => {
    const other = bench.createClient();
    const client = bench.createClient({
      fetch: intercept('POST', {
        before: (count) =>
          count === 1
            ? other.create({ sink: `${bench.sink.url}/other`, types: [types[0] ?? ''] })
            : undefined,
      }),
    });
    expect(await client.ensure({ sink: bench.sink.url, types })).toMatchObject({
      status: 'incomplete',
      problems: [{ code: 'type-taken', type: types[0], subscriptionId: 'SUB1' }],
      warnings: [{ kind: 'already-registered', type: types[0] }],
    });
  });

  test.each(['PUT', 'DELETE'])('deletes what is to get a %s', async (method) => {
    const other = bench.createClient();
    await other.create({ sink: method === 'PUT' ? bench.sink.url : `${bench.sink.url}/old`, types });
    const client = bench.createClient({
      fetch: intercept(method, { before: (count) => (count === 1 ? other.delete('SUB1') : undefined) }),
    });
    const wanted = method === 'PUT' ? [...types, 'products.create'] : types;
    expect(await client.ensure({ sink: bench.sink.url, types: wanted, takeOver: true })).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB2' },
    });
  });

  test('deletes it while it is waited for', async () => {
    const other = bench.createClient();
    bench.sink.echoes = false;
    let looks = 0;
    const client = bench.createClient({
      fetch: async (url, init) => {
        if (String(url).endsWith('/SUB1') && looks++ === 0) {
          await other.delete('SUB1');
          bench.sink.echoes = true;
        }
        return fetch(url, init);
      },
    });
    expect(await client.ensure({ sink: bench.sink.url, types })).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB2' },
    });
  });

  test('deletes it when it is to be verified', async () => {
    const other = bench.createClient();
    bench.sink.echoes = false;
    await other.create({ sink: bench.sink.url, types });
    await bench.fic.settled();
    bench.sink.echoes = true;
    const client = bench.createClient({
      fetch: intercept('POST', { before: (count) => (count === 1 ? other.delete('SUB1') : undefined) }),
    });
    expect(await client.ensure({ sink: bench.sink.url, types })).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB2' },
      actions: [{ kind: 'create' }],
    });
  });

  test('undoes every change: the run ends, and says so', async () => {
    const other = bench.createClient();
    const client = bench.createClient({
      fetch: intercept('PUT', { after: () => other.modify('SUB1', { types: [types[0] ?? ''] }) }),
    });
    await other.create({ sink: bench.sink.url, types: [types[0] ?? ''] });
    await bench.fic.settled();
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({ status: 'incomplete', missing: [types[1]] });
    expect(report.problems).toMatchObject([{ code: 'unsettled', type: types[1] }]);
    expect(report.actions.length).toBeLessThan(6);
  });

  test('gives it a type that nobody asked for, again and again: nothing is missing, and the run says so', async () => {
    const other = bench.createClient();
    const more = [...types, ...full('products.create')];
    const client = bench.createClient({
      fetch: intercept('PUT', { after: () => other.modify('SUB1', { types: more }) }),
    });
    await other.create({ sink: bench.sink.url, types: more });
    await bench.fic.settled();
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({ status: 'ready', missing: [], problems: [{ code: 'unsettled' }] });
  });

  test('a verification that another process has asked for may be asked for again in vain', async () => {
    bench.sink.echoes = false;
    await bench.createClient().create({ sink: bench.sink.url, types });
    await bench.fic.settled();
    // Too early: the service does nothing, and says nothing.
    const client = bench.createClient();
    expect(await client.ensure({ sink: bench.sink.url, types })).toMatchObject({
      status: 'unverified',
      actions: [{ kind: 'verify' }],
    });
  });
});
