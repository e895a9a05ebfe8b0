import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, clientCreated, clientUpdated, companyId, prefix, startBench } from './call-api.js';
import { type Sink, startSink } from './start-sink.js';

describe('a modify call', () => {
  let bench: Bench;
  let id: string;
  let second: Sink;

  beforeEach(async () => {
    bench = await startBench();
    second = await startSink();
    id = await bench.create([clientCreated]);
    await bench.fic.advance('1m');
  });
  afterEach(async () => {
    await bench.close();
    await second.close();
  });

  const modify = (data: unknown) => bench.call({ method: 'PUT', path: `/${id}`, body: { data } });
  const only = () => bench.fic.subscriptions()[0];

  it('replaces the list of types; its own are free to itself', async () => {
    const { body } = await modify({ types: [clientUpdated, clientCreated, clientUpdated] });
    expect([body.data?.types, body.warnings]).toEqual([[clientUpdated, clientCreated], null]);
    expect((await modify({ types: [clientUpdated] })).body.data?.types).toEqual([clientUpdated]);
    expect(only()?.types).toEqual([clientUpdated]);
  });

  it('leaves out types that another subscription has, and unknown ones', async () => {
    await bench.create([clientUpdated]);
    const { body } = await modify({ types: [clientUpdated, `${prefix}nothing`] });
    expect(body.data?.types).toEqual([]);
    expect(body.warnings).toEqual([
      `The '${clientUpdated}' event is already registered for this application`,
      `The '${prefix}nothing' event does not exist.`,
    ]);
  });

  it('keeps what is left out or null', async () => {
    const before = only();
    for (const data of [{}, { sink: null, types: null, config: null, verification_method: null }]) {
      expect((await modify(data)).status).toBe(200);
      expect(only()).toEqual(before);
    }
  });

  it('ignores what is read only', async () => {
    const { body } = await modify({ id: 'SUB99', verified: false });
    expect([body.data?.id, body.data?.verified]).toEqual([id, true]);
  });

  it('changes the mapping of what is sent from now on', async () => {
    expect((await modify({ config: { mapping: 'structured' } })).body.data?.config.mapping).toBe(
      'structured',
    );
    const { deliveries } = bench.fic.emit({ companyId, type: clientCreated });
    expect(deliveries.map(({ mapping }) => mapping)).toEqual(['structured']);
  });

  it('has a new sink verified anew, and cancels what waits for the old one', async () => {
    bench.sink.status = 500;
    const [waiting] = bench.fic.emit({ companyId, type: clientCreated }).deliveries;
    await bench.fic.settled();
    expect(bench.fic.delivery(waiting?.id ?? 0)?.state).toBe('pending');

    const { body } = await modify({ sink: second.url, verification_method: 'query' });
    expect([body.data?.sink, body.data?.verified]).toEqual([second.url, false]);
    expect(only()).toMatchObject({ verificationAttempts: 1, verified: false });
    expect(bench.fic.delivery(waiting?.id ?? 0)?.state).toBe('cancelled');

    const sentToOld = bench.sink.requests.length;
    await bench.fic.advance('1d');
    expect(only()?.verified).toBe(true);
    expect(second.requests[0]?.url).toContain('?x-fic-verification-challenge=');
    expect(bench.sink.requests).toHaveLength(sentToOld);
  });

  it('changes nothing when the same sink is sent again', async () => {
    const before = only();
    const sent = bench.sink.requests.length;
    expect((await modify({ sink: bench.sink.url })).body.data?.verified).toBe(true);
    await bench.fic.advance('1d');
    expect(only()).toEqual(before);
    expect(bench.sink.requests).toHaveLength(sent);
  });

  it('changes nothing at all when one part is refused', async () => {
    const before = only();
    const answer = await modify({ sink: 'http://example.com', types: [clientUpdated] });
    expect(answer.status).toBe(422);
    expect(answer.body.error?.validation_result).toHaveProperty(['data.sink']);
    expect(only()).toEqual(before);
  });

  it('may empty the list of types', async () => {
    expect((await modify({ types: [] })).body.data?.types).toEqual([]);
  });

  it.each([
    [undefined, 'data'],
    [{ sink: 7 }, 'data.sink'],
    [{ types: 'x' }, 'data.types'],
    [{ types: [null] }, 'data.types.0'],
    [{ config: { mapping: 'xml' } }, 'data.config.mapping'],
  ])('is 422 for %j', async (data, field) => {
    const answer = await modify(data);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.error?.validation_result ?? {})).toEqual([field]);
  });
});

describe('a delete call', () => {
  it('cancels what waits, and frees the types', async () => {
    const bench = await startBench();
    try {
      const id = await bench.create([clientCreated]);
      await bench.fic.advance('1m');
      bench.sink.status = 500;
      const [waiting] = bench.fic.emit({ companyId, type: clientCreated }).deliveries;
      await bench.fic.settled();

      const deleted = await bench.call({ method: 'DELETE', path: `/${id}` });
      expect([deleted.status, deleted.text]).toEqual([200, '']);
      expect(bench.fic.delivery(waiting?.id ?? 0)).toMatchObject({ state: 'cancelled', dueAt: null });
      expect((await bench.call({ path: `/${id}` })).status).toBe(404);
      expect((await bench.call({ method: 'DELETE', path: `/${id}` })).status).toBe(404);
      const sent = bench.sink.requests.length;
      await bench.fic.advance('1d');
      expect(bench.sink.requests).toHaveLength(sent);

      const again = await bench.create([clientCreated]);
      expect(again).not.toBe(id);
      expect(bench.fic.subscriptions()[0]?.types).toEqual([clientCreated]);
    } finally {
      await bench.close();
    }
  });
});
