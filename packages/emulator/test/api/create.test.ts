import { eventCatalogue } from '@fic-webhooks/core/catalogue';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmulatorOptions } from '../../src/index.js';
import { type Bench, clientCreated, clientUpdated, prefix, startBench } from './call-api.js';

let bench: Bench;
afterEach(() => bench.close());

async function create(data: Record<string, unknown>, options?: EmulatorOptions) {
  bench = await startBench(options);
  return bench.call({ method: 'POST', body: { data: { sink: bench.sink.url, ...data } } });
}

const group = (members: 'members' | 'membersDocumented') =>
  eventCatalogue
    .find(({ name }) => name === 'issued_documents.all.create')
    ?.[members]?.map((name) => prefix + name);

describe('a create call', () => {
  it('answers with the subscription, unverified and binary, and without warnings', async () => {
    const answer = await create({ types: [clientCreated] });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      data: {
        id: 'SUB1',
        sink: bench.sink.url,
        verified: false,
        types: [clientCreated],
        config: { mapping: 'binary' },
      },
      warnings: null,
    });
  });

  it('has the sink verified at once, by header unless query is asked for', async () => {
    await create({ types: [clientCreated] });
    await bench.create([clientUpdated], { verification_method: 'query' });
    await bench.fic.settled();
    const gets = bench.sink.requests.filter(({ method }) => method === 'GET');
    expect(gets).toHaveLength(2);
    const byHeader = gets.filter(({ headers }) => headers['x-fic-verification-challenge'] !== undefined);
    const byQuery = gets.filter(({ url }) => url.includes('?x-fic-verification-challenge='));
    expect([byHeader.length, byQuery.length]).toEqual([1, 1]);
    const { body } = await bench.call();
    expect(body.data?.map(({ verified }) => verified)).toEqual([true, true]);
  });

  it('leaves out unknown, short and unsubscribable types, with a warning for each', async () => {
    const { status, body } = await create({
      types: [
        clientCreated,
        `${prefix}entities.nobody.create`,
        'entities.clients.update',
        `${prefix}subscriptions.welcome`,
      ],
    });
    expect(status).toBe(200);
    expect(body.data?.types).toEqual([clientCreated]);
    expect(body.warnings).toEqual([
      `The '${prefix}entities.nobody.create' event does not exist.`,
      `The 'entities.clients.update' event does not exist.`,
      `The '${prefix}subscriptions.welcome' event does not exist.`,
    ]);
  });

  it('leaves out types that the application has already in this company, and only there', async () => {
    await create({ types: [clientCreated] });
    const body = { data: { sink: bench.sink.url, types: [clientCreated, clientUpdated] } };
    const second = await bench.call({ method: 'POST', body });
    expect(second.body.data?.types).toEqual([clientUpdated]);
    expect(second.body.warnings).toEqual([
      `The '${clientCreated}' event is already registered for this application`,
    ]);
    const elsewhere = await bench.call({ method: 'POST', body, companyId: 2 });
    expect(elsewhere.body.data?.types).toEqual([clientCreated, clientUpdated]);
    const stranger = await bench.call({ method: 'POST', body, authorization: 'Bearer a/another' });
    expect(stranger.body.data?.types).toEqual([clientCreated, clientUpdated]);
  });

  it('succeeds even when every type is left out', async () => {
    const { status, body } = await create({ types: [`${prefix}nothing`] });
    expect([status, body.data?.types]).toEqual([200, []]);
    await bench.fic.settled();
    expect(bench.fic.subscriptions()).toMatchObject([{ types: [], verified: true }]);
  });

  it('collapses what is asked for twice, without a warning', async () => {
    const { body } = await create({
      types: [clientCreated, clientCreated, `${prefix}entities.all.create`],
    });
    expect(body.data?.types).toEqual([clientCreated, `${prefix}entities.suppliers.create`]);
    expect(body.warnings).toBeNull();
  });

  it('takes types that are never sent', async () => {
    const dead = `${prefix}issued_documents.self_invoices.create`;
    const { body } = await create({ types: [dead] });
    expect([body.data?.types, body.warnings]).toEqual([[dead], null]);
    expect(bench.fic.emit({ companyId: 108061, type: dead }).deliveries).toEqual([]);
  });

  it.each(['source', 'filters', 'sinkcredential', 'protocolsettings', 'protocol', 'id', 'verified'])(
    'ignores %s',
    async (member) => {
      const { status, body } = await create({ types: [clientCreated], [member]: { any: true } });
      expect([status, body.data?.id, body.data?.verified, body.warnings]).toEqual([200, 'SUB1', false, null]);
    },
  );

  it('takes null for members that may be left out', async () => {
    const { body } = await create({ types: [clientCreated], config: null, verification_method: null });
    expect(body.data?.config).toEqual({ mapping: 'binary' });
  });
});

describe('a group type', () => {
  const types = [`${prefix}issued_documents.all.create`];

  it('becomes its published members, those that are never sent included', async () => {
    const { body } = await create({ types }, { behaviour: { groupExpansion: 'documented' } });
    expect(body.data?.types).toEqual(group('membersDocumented'));
    expect(body.data?.types).toContain(`${prefix}issued_documents.self_invoices.create`);
  });

  it('becomes its live members', async () => {
    const { body } = await create({ types }, { behaviour: { groupExpansion: 'live' } });
    expect(body.data?.types).toEqual(group('members'));
    expect(body.data?.types).not.toContain(`${prefix}issued_documents.self_invoices.create`);
  });

  it('does not exist', async () => {
    const { body } = await create({ types }, { behaviour: { groupExpansion: 'refused' } });
    expect([body.data?.types, body.warnings]).toEqual([[], [`The '${types[0]}' event does not exist.`]]);
  });

  it('is never shown, and gets a warning for each member that is taken', async () => {
    await create({ types: [`${prefix}entities.suppliers.delete`] });
    const { body } = await bench.call({
      method: 'POST',
      body: { data: { sink: bench.sink.url, types: [`${prefix}entities.all.delete`] } },
    });
    expect(body.data?.types).toEqual([`${prefix}entities.clients.delete`]);
    expect(body.warnings).toEqual([
      `The '${prefix}entities.suppliers.delete' event is already registered for this application`,
    ]);
  });
});

describe('warnings', () => {
  const types = [`${prefix}one`, `${prefix}two`];
  const texts = types.map((type) => `The '${type}' event does not exist.`);

  it('are a list', async () => {
    const { body } = await create({ types }, { behaviour: { warnings: 'list' } });
    expect(body.warnings).toEqual(texts);
  });

  it('are a text', async () => {
    const { body } = await create({ types }, { behaviour: { warnings: 'text' } });
    expect(body.warnings).toBe(texts.join('\n'));
  });

  it.each([
    ['null', { warnings: null }],
    ['empty-list', { warnings: [] }],
    ['absent', {}],
  ] as const)('are %s when there are none, in create and modify calls', async (noWarnings, expected) => {
    const created = await create({ types: [clientCreated] }, { behaviour: { noWarnings } });
    const modified = await bench.call({ method: 'PUT', path: '/SUB1', body: { data: {} } });
    for (const { body } of [created, modified]) {
      const { data, ...rest } = body;
      expect(data?.id).toBe('SUB1');
      expect(rest).toEqual(expected);
    }
  });
});

describe('a sink', () => {
  it.each([
    'https://example.com/webhooks/fic',
    'HTTPS://example.com',
    'http://localhost:3000/webhooks/fic?a=b#c',
    'http://app.localhost/x',
    'http://127.8.9.1/x',
    'http://[::1]:3000/x',
  ])('is taken to the letter: %s', async (sink) => {
    const { status, body } = await create({ types: [clientCreated], sink });
    expect([status, body.data?.sink]).toEqual([200, sink]);
  });

  it.each([
    ['http://example.com/webhooks/fic', 'https'],
    ['http://localhost.example.com/', 'https'],
    ['http://notlocalhost/', 'https'],
    ['http://10.0.0.1/', 'https'],
    ['ftp://localhost/', 'absolute URL'],
    ['//localhost/x', 'absolute URL'],
    ['/webhooks/fic', 'absolute URL'],
    ['http:localhost', 'absolute URL'],
    ['http://', 'absolute URL'],
    ['https://exa mple.com', 'absolute URL'],
    [' https://example.com', 'absolute URL'],
    ['https://example.com\\x', 'absolute URL'],
    ['https://example.com:99999/', 'absolute URL'],
    ['http://127.0.0.1:0/x', 'port 0'],
    ['https://example.com:0/x', 'port 0'],
    ['', 'absolute URL'],
    [`https://example.com/${'x'.repeat(2_048)}`, '2048'],
  ])('is refused: %j', async (sink, why) => {
    const { status, body } = await create({ types: [clientCreated], sink });
    expect(status).toBe(422);
    expect(body.error?.validation_result).toEqual({ 'data.sink': [expect.stringContaining(why)] });
    expect(bench.fic.subscriptions()).toEqual([]);
    expect(bench.fic.deliveries()).toEqual([]);
  });

  it('on this machine must be HTTPS where that is asked for', async () => {
    const { status, body } = await create({ types: [clientCreated] }, { requireHttps: true });
    expect(status).toBe(422);
    expect(body.error?.validation_result?.['data.sink']?.[0]).toContain('requireHttps');
  });
});

describe('a body that does not fit', () => {
  it.each([
    [undefined, 'data'],
    [null, 'data'],
    [[], 'data'],
    [{}, 'data'],
    [{ data: null }, 'data'],
    [{ data: { types: [clientCreated] } }, 'data.sink'],
    [{ data: { sink: null, types: [clientCreated] } }, 'data.sink'],
    [{ data: { sink: 7, types: [clientCreated] } }, 'data.sink'],
    [{ data: { sink: 'https://example.com' } }, 'data.types'],
    [{ data: { sink: 'https://example.com', types: [] } }, 'data.types'],
    [{ data: { sink: 'https://example.com', types: clientCreated } }, 'data.types'],
    [{ data: { sink: 'https://example.com', types: Array(1_001).fill('x') } }, 'data.types'],
    [{ data: { sink: 'https://example.com', types: ['x', 7] } }, 'data.types.1'],
    [
      { data: { sink: 'https://example.com', types: ['x'], verification_method: 'post' } },
      'data.verification_method',
    ],
    [
      { data: { sink: 'https://example.com', types: ['x'], config: { mapping: 'xml' } } },
      'data.config.mapping',
    ],
    [{ data: { sink: 'https://example.com', types: ['x'], config: 'binary' } }, 'data.config'],
  ])('is 422 and names the field: %j', async (body, field) => {
    bench = await startBench();
    const answer = await bench.call({ method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.error?.validation_result ?? {})).toEqual([field]);
    expect(answer.body.error?.message).toContain(field);
    expect(bench.fic.subscriptions()).toEqual([]);
  });
});
