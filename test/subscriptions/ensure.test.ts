import { InvalidOptionError, type SubscriptionsClient } from '@fic-webhooks/core/subscriptions';
import type { EmulatorOptions } from '@fic-webhooks/emulator';
import { afterEach, describe, expect, test } from 'vitest';
import { catchApiError, catchError } from './support/caught.js';
import { type Bench, full, prefix, startBench } from './support/start-bench.js';
import { type Sink, startSink } from './support/start-sink.js';

const [created, updated, deleted] = full(
  'entities.clients.create',
  'entities.clients.update',
  'entities.clients.delete',
) as [string, string, string];

let bench: Bench;
let client: SubscriptionsClient;
let otherSink: Sink | undefined;
afterEach(async () => {
  await otherSink?.close();
  otherSink = undefined;
  await bench.close();
});

async function start(options?: EmulatorOptions): Promise<void> {
  bench = await startBench(options);
  client = bench.createClient();
}

/** Makes a subscription as somebody else would, and forgets that it was made. */
async function subscribe(
  types: string[],
  { sink = bench.sink.url, echoes = true, token = 'a/emulator' } = {},
): Promise<string> {
  const before = bench.sink.echoes;
  bench.sink.echoes = echoes;
  const { subscription } = await bench.createClient({ accessToken: token }).create({ sink, types });
  await bench.fic.settled();
  bench.sink.echoes = before;
  bench.calls.length = 0;
  return subscription.id;
}

const listCalls = () =>
  bench.calls.map(({ method, path }) => `${method} ${path.replace(/^.*subscriptions/, '')}`);

describe('from nothing', () => {
  test('it subscribes, waits until it is verified, and the second run only looks', async () => {
    await start();
    const options = { sink: bench.sink.url, types: ['entities.clients.create', updated] };
    const report = await client.ensure(options);
    expect(report).toEqual({
      status: 'ready',
      subscription: {
        id: 'SUB1',
        sink: bench.sink.url,
        verified: true,
        types: [created, updated],
        mapping: 'binary',
      },
      others: [],
      missing: [],
      actions: [
        {
          kind: 'create',
          id: 'SUB1',
          sink: bench.sink.url,
          types: [created, updated],
          why: 'No subscription has this sink.',
        },
      ],
      problems: [],
      warnings: [],
    });
    // In one go: the list after the write may show it as verified already.
    expect(listCalls().slice(0, 3)).toEqual(['GET ', 'POST ', 'GET ']);
    bench.calls.length = 0;
    expect(await client.ensure(options)).toEqual({ ...report, actions: [] });
    expect(listCalls()).toEqual(['GET ']);
  });

  test('mapping and verification method are passed on', async () => {
    await start();
    await client.ensure({
      sink: bench.sink.url,
      types: [created],
      mapping: 'structured',
      verificationMethod: 'query',
    });
    expect(bench.fic.subscriptions()[0]).toMatchObject({
      mapping: 'structured',
      verificationMethod: 'query',
      verified: true,
    });
  });

  test('groups and patterns become the single types that are really sent', async () => {
    await start();
    const { subscription } = await client.ensure({
      sink: bench.sink.url,
      types: ['entities.all.create', 'issued_documents.all.create', 'entities.clients.*'],
    });
    expect(subscription?.types).toEqual(
      expect.arrayContaining(full('entities.suppliers.create', 'entities.clients.delete')),
    );
    expect(subscription?.types).toContain(`${prefix}issued_documents.self_own_invoices.create`);
    expect(subscription?.types.join()).not.toMatch(/\.all\.|self_invoices/);
    expect(bench.writes()[0]?.body).toMatchObject({ data: { types: subscription?.types } });
  });

  test('a dry run gives the plan, and writes nothing', async () => {
    await start();
    const report = await client.ensure({ sink: bench.sink.url, types: [created], dryRun: true });
    expect(report).toEqual({
      status: 'planned',
      others: [],
      missing: [created],
      actions: [
        { kind: 'create', sink: bench.sink.url, types: [created], why: 'No subscription has this sink.' },
      ],
      problems: [],
      warnings: [],
    });
    expect(bench.writes()).toEqual([]);
  });
});

describe('what stands already', () => {
  test('types are added and removed with one call, and the sink stays verified', async () => {
    await start();
    await subscribe([created, deleted]);
    const report = await client.ensure({ sink: bench.sink.url, types: [created, updated] });
    expect(report).toMatchObject({ status: 'ready', subscription: { types: [created, updated] } });
    expect(report.actions).toMatchObject([
      { kind: 'modify', id: 'SUB1', types: [created, updated], add: [updated], remove: [deleted] },
    ]);
    // No sink in it: it would have to be verified anew.
    expect(bench.writes()).toMatchObject([
      { method: 'PUT', status: 200, body: { data: { types: [created, updated] } } },
    ]);
    expect(bench.writes()[0]?.body).toEqual({ data: { types: [created, updated] } });
    expect(bench.fic.subscriptions()[0]?.verificationAttempts).toBe(1);
  });

  test('keepOtherTypes leaves what is not asked for', async () => {
    await start();
    await subscribe([deleted]);
    const options = { sink: bench.sink.url, types: [created], keepOtherTypes: true };
    const report = await client.ensure(options);
    expect(report).toMatchObject({ status: 'ready', subscription: { types: [deleted, created] } });
    bench.calls.length = 0;
    expect((await client.ensure(options)).actions).toEqual([]);
  });

  test('the mapping is changed alone, and only when it is given', async () => {
    await start();
    await subscribe([created]);
    await client.ensure({ sink: bench.sink.url, types: [created] });
    expect(bench.writes()).toEqual([]);
    await client.ensure({ sink: bench.sink.url, types: [created], mapping: 'structured' });
    expect(bench.writes().map(({ body }) => body)).toEqual([{ data: { config: { mapping: 'structured' } } }]);
    await client.ensure({ sink: bench.sink.url, types: [created] });
    expect(bench.fic.subscriptions()[0]?.mapping).toBe('structured');
  });

  test('several subscriptions of the sink: verified ones keep what they have, the rest goes to the best', async () => {
    await start();
    await subscribe([created, updated]);
    await subscribe([deleted, ...full('products.create')]);
    await subscribe(full('taxes.create'), { echoes: false });
    await subscribe(full('cashbook.create'));
    const types = [created, updated, deleted, 'taxes.create'];
    const report = await client.ensure({ sink: bench.sink.url, types });
    expect(report).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB1', types: [created, updated, ...full('taxes.create')] },
      others: [{ id: 'SUB2', types: [deleted] }],
      missing: [],
    });
    expect(bench.fic.subscriptions().map(({ id }) => id)).toEqual(['SUB1', 'SUB2']);
    expect((await client.ensure({ sink: bench.sink.url, types })).actions).toEqual([]);
  });

  test('other applications and companies are none of its business', async () => {
    await start();
    await subscribe([created], { token: 'a/another' });
    const report = await client.ensure({ sink: bench.sink.url, types: [created] });
    expect(report.status).toBe('ready');
    expect(bench.fic.subscriptions()).toHaveLength(2);
  });
});

describe('a type that another sink has', () => {
  test('is a problem with every way out, and nothing is taken', async () => {
    await start();
    await subscribe([created, updated], { sink: `${bench.sink.url}/old` });
    const report = await client.ensure({ sink: bench.sink.url, types: [created, deleted] });
    expect(report).toMatchObject({
      status: 'incomplete',
      missing: [created],
      subscription: { id: 'SUB2', types: [deleted] },
      problems: [{ code: 'type-taken', type: created, subscriptionId: 'SUB1' }],
      // It is not even asked for.
      warnings: [],
    });
    const message = report.problems[0]?.message;
    expect(message).toContain('entities.clients.create belongs to SUB1 of this application');
    expect(message).toContain(`${bench.sink.url}/old`);
    expect(message).toContain('takeOver');
    expect(bench.fic.subscriptions()[0]?.types).toEqual([created, updated]);
    bench.calls.length = 0;
    expect(await client.ensure({ sink: bench.sink.url, types: [created, deleted] })).toMatchObject({
      status: 'incomplete',
      actions: [],
    });
  });

  test('all of them: nothing is made', async () => {
    await start();
    await subscribe([created], { sink: `${bench.sink.url}/` });
    const report = await client.ensure({ sink: bench.sink.url, types: [created] });
    expect(report).toMatchObject({ status: 'missing', missing: [created], actions: [] });
    expect('subscription' in report).toBe(false);
    const message = report.problems[0]?.message;
    expect(message).toContain('differs from yours only in the slash at its end');
    expect(message).toContain("moveSinkFrom: 'SUB1'");
    expect(bench.writes()).toEqual([]);
  });

  test('takeOver takes it, and deletes what is left without types', async () => {
    await start();
    await subscribe([created, updated], { sink: `${bench.sink.url}/old` });
    await subscribe([deleted], { sink: `${bench.sink.url}/older` });
    const options = { sink: bench.sink.url, types: [created, deleted], takeOver: true };
    const plan = await client.ensure({ ...options, dryRun: true });
    const report = await client.ensure(options);
    expect(report.status).toBe('ready');
    expect(report.actions).toEqual(
      plan.actions.map((action) => (action.kind === 'create' ? { ...action, id: 'SUB3' } : action)),
    );
    expect(bench.fic.subscriptions().map(({ sink, types }) => [sink, types])).toEqual([
      [`${bench.sink.url}/old`, [updated]],
      [bench.sink.url, [created, deleted]],
    ]);
  });

  test.each(['id', 'sink'] as const)('moveSinkFrom, given by its %s, moves the subscription', async (by) => {
    await start();
    const old = `${bench.sink.url}/old`;
    await subscribe([created, deleted], { sink: old });
    const moveSinkFrom = by === 'id' ? 'SUB1' : old;
    const options = { sink: bench.sink.url, types: [created, updated], moveSinkFrom };
    const report = await client.ensure(options);
    expect(report).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB1', sink: bench.sink.url, verified: true, types: [created, updated] },
      actions: [{ kind: 'modify', id: 'SUB1', sink: bench.sink.url }],
    });
    expect(bench.fic.subscriptions()).toHaveLength(1);
    bench.calls.length = 0;
    expect((await client.ensure(options)).actions).toEqual([]);
  });

  test('moveSinkFrom does nothing where something stands, and nothing where nothing is to be moved', async () => {
    await start();
    await subscribe([created], { sink: `${bench.sink.url}/old` });
    await subscribe([updated]);
    const options = { sink: bench.sink.url, types: [created, updated], moveSinkFrom: 'SUB1' };
    const report = await client.ensure(options);
    expect(report).toMatchObject({ status: 'incomplete', actions: [] });
    expect(report.problems[0]?.message).not.toContain('moveSinkFrom');
    await bench.fic.reset();
    expect((await client.ensure(options)).status).toBe('ready');
  });
});

describe('types that the service does not take', () => {
  test('a type it does not know is reported, and not asked for again', async () => {
    await start();
    const options = {
      sink: bench.sink.url,
      types: [created, 'entities.leads.create'],
      allowUnknownTypes: true,
    };
    const report = await client.ensure(options);
    expect(report).toMatchObject({
      status: 'incomplete',
      missing: full('entities.leads.create'),
      problems: [{ code: 'type-refused', type: full('entities.leads.create')[0] }],
      warnings: [{ kind: 'unknown-type' }],
    });
    expect(report.problems[0]?.message).toContain('does not exist');
    bench.calls.length = 0;
    expect(await client.ensure(options)).toMatchObject({
      status: 'incomplete',
      actions: [],
      problems: [{ code: 'type-refused' }],
    });
    expect(bench.writes()).toEqual([]);
    // An hour later the service may know it.
    await bench.fic.advance('61m');
    await client.ensure(options);
    expect(bench.writes()).toMatchObject([{ method: 'PUT' }]);
  });

  test('all of them: the empty subscription that is left behind is deleted', async () => {
    await start();
    const report = await client.ensure({
      sink: bench.sink.url,
      types: ['entities.leads.create'],
      allowUnknownTypes: true,
    });
    expect(report).toMatchObject({
      status: 'missing',
      actions: [{ kind: 'create' }, { kind: 'delete', id: 'SUB1' }],
      problems: [{ code: 'type-refused' }],
    });
    expect(bench.fic.subscriptions()).toEqual([]);
    // At once, whether or not the list shows empty ones.
    expect(listCalls()).toEqual(['GET ', 'POST ', 'DELETE /SUB1', 'GET ']);
  });

  test('an empty subscription of somebody else is given types, or deleted when there are none', async () => {
    await start();
    await subscribe(['entities.leads.create']);
    expect(bench.fic.subscriptions()).toMatchObject([{ types: [] }]);
    expect(await client.ensure({ sink: bench.sink.url, types: [created] })).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB1' },
    });
    await client.modify('SUB1', { types: [] });
    await subscribe([created], { sink: `${bench.sink.url}/old` });
    expect(await client.ensure({ sink: bench.sink.url, types: [created] })).toMatchObject({
      status: 'missing',
      actions: [{ kind: 'delete', id: 'SUB1' }],
    });
  });

  test.each([
    ['entities.clients.creat', 'event-name-unknown', "Did you mean 'entities.clients.create'?"],
    ['entities.leads.create', 'event-name-unknown', 'allowUnknownTypes'],
    ['leads.*', 'event-name-unknown', 'matches no type'],
    ['subscriptions.welcome', 'event-name-unknown', 'unasked'],
    ['issued_documents.self_invoices.create', 'event-type-dead', 'self_supplier_invoices'],
    ['issued_documents.self_invoices.*', 'event-type-dead', 'self_supplier_invoices'],
    ['', 'option-invalid', 'types'],
  ])('%j is refused before anything is sent', async (type, code, message) => {
    await start();
    const error = await catchError(client.ensure({ sink: bench.sink.url, types: [created, type] }));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ code, option: 'types' });
    expect((error as Error).message).toContain(message);
    expect(bench.calls).toEqual([]);
  });

  test.each([
    [{ types: [created] }, 'sink-missing', 'sink'],
    [{ sink: '', types: [created] }, 'sink-missing', 'sink'],
    [{ sink: 'example.com', types: [created] }, 'sink-invalid', 'sink'],
    [{ sink: 'https://example.com/a b', types: [created] }, 'sink-invalid', 'sink'],
    [{ sink: 'http://example.com/', types: [created] }, 'sink-insecure', 'sink'],
    [{ sink: 'https://example.com/', types: [] }, 'option-invalid', 'types'],
    [{ sink: 'https://example.com/', types: [created], verifyWithin: -1 }, 'option-invalid', 'verifyWithin'],
    [{ sink: 'https://example.com/', types: [created], dryrun: true }, 'option-unknown', 'dryrun'],
    [{ sink: 'https://example.com/', types: [created], takeOver: 'yes' }, 'option-invalid', 'takeOver'],
    [null, 'option-invalid', 'options'],
  ])('%j', async (options, code, option) => {
    await start();
    const error = await catchError(client.ensure(options as never));
    expect(error).toMatchObject({ name: 'InvalidOptionError', code, option });
    if (option === 'dryrun') expect((error as Error).message).toContain('Did you mean dryRun?');
    expect(bench.calls).toEqual([]);
  });
});

describe('verification', () => {
  const options = () => ({ sink: bench.sink.url, types: [created] });

  test('a sink that does not echo is unverified, with what to look at', async () => {
    await start();
    bench.sink.echoes = false;
    const report = await client.ensure(options());
    expect(report).toMatchObject({
      status: 'unverified',
      missing: [],
      subscription: { id: 'SUB1', verified: false },
      problems: [{ code: 'unverified', subscriptionId: 'SUB1', retryAfter: 600_000 }],
    });
    expect(report.problems[0]?.message).toContain(bench.sink.url);
    // It has looked for 30 seconds.
    expect(bench.waits.reduce((sum, wait) => sum + wait, 0)).toBe(30_000);
  });

  test('verifyWithin: 0 looks once', async () => {
    await start();
    bench.sink.echoes = false;
    await client.ensure({ ...options(), verifyWithin: 0 });
    expect(bench.waits).toEqual([]);
    expect(listCalls()).toEqual(['GET ', 'POST ', 'GET ']);
  });

  test('it is asked for again after 10 minutes and not before', async () => {
    await start();
    bench.sink.echoes = false;
    await client.ensure(options());
    bench.sink.echoes = true;
    bench.calls.length = 0;
    await bench.fic.advance('9m');
    expect(await client.ensure(options())).toMatchObject({
      status: 'unverified',
      actions: [],
      problems: [{ code: 'verification-throttled', retryAfter: 60_000 }],
    });
    expect(listCalls()).toEqual(['GET ']);
    await bench.fic.advance('1m');
    const plan = await client.ensure({ ...options(), dryRun: true });
    expect(plan).toMatchObject({ status: 'planned', actions: [{ kind: 'verify', id: 'SUB1' }] });
    expect(await client.ensure({ ...options(), verificationMethod: 'query' })).toMatchObject({
      status: 'ready',
      actions: [{ kind: 'verify', id: 'SUB1', verificationMethod: 'query' }],
    });
  });

  test('after five attempts in vain the subscription is made anew', async () => {
    await start();
    bench.sink.echoes = false;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const { actions } = await client.ensure({ ...options(), verifyWithin: 1_000 });
      expect(actions.map(({ kind }) => kind)).toEqual([attempt === 1 ? 'create' : 'verify']);
      await bench.fic.advance('10m');
    }
    expect(bench.fic.subscriptions()[0]?.verificationAttempts).toBe(5);
    bench.sink.echoes = true;
    expect(await client.ensure(options())).toMatchObject({
      status: 'ready',
      subscription: { id: 'SUB2' },
      actions: [
        { kind: 'delete', id: 'SUB1' },
        { kind: 'create', id: 'SUB2' },
      ],
    });
  });

  test('a service that refuses to be asked too early is asked later', async () => {
    await start({ behaviour: { throttledVerification: 'refused' } });
    await subscribe([created], { echoes: false });
    await bench.fic.advance('9m');
    // This client did not see the first attempt.
    expect(await client.ensure(options())).toMatchObject({
      status: 'unverified',
      problems: [{ code: 'verification-throttled', retryAfter: 60_000 }],
    });
    await bench.fic.advance('1m');
    expect((await client.ensure(options())).status).toBe('ready');
  });

  test('a service that sends no more requests makes the subscription be made anew', async () => {
    await start({ behaviour: { throttledVerification: 'refused' } });
    const stranger = bench.createClient();
    await subscribe([created], { echoes: false });
    bench.sink.echoes = false;
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await bench.fic.advance('10m');
      await stranger.verify('SUB1');
      await bench.fic.settled();
    }
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    expect(await client.ensure(options())).toMatchObject({ status: 'ready', subscription: { id: 'SUB2' } });
    expect(bench.fic.subscriptions()).toHaveLength(1);
  });

  test('a lost subscription that the service deletes is made anew', async () => {
    await start({ behaviour: { lostSubscription: 'deleted' } });
    bench.sink.echoes = false;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await client.ensure(options());
      await bench.fic.advance('10m');
    }
    bench.sink.echoes = true;
    expect((await client.ensure(options())).status).toBe('ready');
  });

  test('a sink that is moved to one that does not echo', async () => {
    await start();
    otherSink = await startSink();
    await subscribe([created], { sink: otherSink.url });
    bench.sink.echoes = false;
    expect(await client.ensure({ ...options(), moveSinkFrom: otherSink.url })).toMatchObject({
      status: 'unverified',
      problems: [{ code: 'unverified', retryAfter: 600_000 }],
    });
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    expect((await client.ensure(options())).status).toBe('ready');
  });

  test('it really waits for a service that takes its time', async () => {
    await start();
    const slow = bench.createClient({ clock: undefined });
    expect((await slow.ensure(options())).status).toBe('ready');
  });
});

describe('what the API refuses', () => {
  test('a scope that is missing: the error says which, and nothing is made', async () => {
    await start({ applications: [{ id: 1, accessToken: 'a/emulator', scopes: ['products:r'] }] });
    const error = await catchApiError(client.ensure({ sink: bench.sink.url, types: ['entities.*'] }));
    expect(error.code).toBe('api-permission');
    expect(error.message).toContain('entity.clients:r, entity.suppliers:r');
    expect(bench.fic.subscriptions()).toEqual([]);
  });

  test('a signal ends it between two calls', async () => {
    await start();
    const controller = new AbortController();
    const stopping = bench.createClient({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        controller.abort(new Error('Enough.'));
        return response;
      },
    });
    const error = await catchError(
      stopping.ensure({ sink: bench.sink.url, types: [created], signal: controller.signal }),
    );
    expect(error).toMatchObject({ message: 'Enough.' });
    expect(bench.fic.subscriptions()).toEqual([]);
  });

  test('the signal of the client ends it while it waits for the verification', async () => {
    await start();
    bench.sink.echoes = false;
    const controller = new AbortController();
    const stopping = bench.createClient({
      signal: controller.signal,
      clock: {
        now: bench.clock.now,
        sleep: () => {
          controller.abort(new Error('Enough.'));
          return new Promise(() => {});
        },
      },
    });
    const error = await catchError(stopping.ensure({ sink: bench.sink.url, types: [created] }));
    expect(error).toMatchObject({ message: 'Enough.' });
    // What was written stays.
    expect(bench.fic.subscriptions()).toHaveLength(1);
  });
});
