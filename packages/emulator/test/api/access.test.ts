import { afterEach, describe, expect, it } from 'vitest';
import type { ApplicationOptions } from '../../src/index.js';
import { type Bench, clientCreated, companyId, prefix, startBench } from './call-api.js';

let bench: Bench;
afterEach(() => bench.close());

const start = async (...applications: ApplicationOptions[]) => {
  bench = await startBench({ applications });
};

describe('an access token', () => {
  it.each([
    undefined,
    '',
    'a/emulator',
    'Bearer',
    'Bearer ',
    'Bearer a/emul ator',
    'Bearer "a/emulator"',
    'Basic YS9lbXVsYXRvcg==',
    'Bearer r/emulator',
  ])('is refused with 401 in the OAuth shape: %j', async (authorization) => {
    bench = await startBench();
    const answer = await bench.call({ authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toEqual({ error: 'invalid_token', error_description: expect.any(String) });
    expect(bench.fic.applications()).toHaveLength(1);
  });

  it('that is unknown makes an application of its own, counted up from the highest', async () => {
    await start({ id: 70, accessToken: 'a/first' }, { id: 9, accessToken: 'a/second' });
    const list = (authorization: string) => bench.call({ authorization });
    expect((await list('Bearer a/third')).status).toBe(200);
    expect((await list('bearer a/fourth')).status).toBe(200);
    expect((await list('Bearer a/third')).status).toBe(200);
    const known = bench.fic.applications().map(({ id, accessToken }) => [id, accessToken]);
    expect(known).toEqual([
      [9, 'a/second'],
      [70, 'a/first'],
      [71, 'a/third'],
      [72, 'a/fourth'],
    ]);
  });

  it('that is unknown is refused once there are 1,000 applications, until a reset', async () => {
    const applications = Array.from({ length: 999 }, (_, index) => ({
      id: index + 1,
      accessToken: `a/${index}`,
    }));
    await start(...applications);
    expect((await bench.call({ authorization: 'Bearer a/new' })).status).toBe(200);
    const refused = await bench.call({ authorization: 'Bearer a/newer' });
    expect([refused.status, bench.fic.applications().length]).toEqual([401, 1_000]);
    expect(refused.text).toContain('reset the emulator');
    expect((await bench.call({ authorization: 'Bearer a/new' })).status).toBe(200);
    expect((await bench.call({ authorization: 'Bearer a/7' })).status).toBe(200);
    await bench.fic.reset();
    expect((await bench.call({ authorization: 'Bearer a/newer' })).status).toBe(200);
    expect(bench.fic.applications().at(-1)).toMatchObject({ id: 1_000, accessToken: 'a/newer' });
  });

  it('decides what is seen: other applications and companies are 404', async () => {
    await start({ id: 1, accessToken: 'a/one' }, { id: 2, accessToken: 'a/two' });
    const one = { authorization: 'Bearer a/one' };
    const body = { data: { sink: bench.sink.url, types: [clientCreated] } };
    const created = await bench.call({ ...one, method: 'POST', body });
    const path = `/${created.body.data?.id}`;
    for (const stranger of [
      { authorization: 'Bearer a/two' },
      { ...one, companyId: 5 },
      { authorization: 'Bearer a/three' },
    ]) {
      const answers = await Promise.all([
        bench.call({ ...stranger, path }),
        bench.call({ ...stranger, path, method: 'PUT', body }),
        bench.call({ ...stranger, path, method: 'DELETE' }),
        bench.call({ ...stranger, path: `${path}/verify`, method: 'POST' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect((await bench.call(stranger)).body).toEqual({ data: [] });
    }
    expect((await bench.call(one)).body.data).toHaveLength(1);
    expect(bench.fic.subscriptions()).toMatchObject([{ applicationId: 1, verificationAttempts: 1 }]);
  });
});

describe('a permission that is missing', () => {
  it('of a disabled application is 403 NO_PERMISSION, without Retry-After', async () => {
    await start({ id: 1, accessToken: 'a/off', disabled: true });
    const answer = await bench.call({ authorization: 'Bearer a/off' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([403, undefined]);
    expect(answer.body).toEqual({
      error: { message: expect.stringContaining('disabled'), code: 'NO_PERMISSION' },
    });
  });

  it('for a company is 403 NO_PERMISSION', async () => {
    await start({ id: 1, accessToken: 'a/one', companies: [7] });
    const answer = await bench.call({ authorization: 'Bearer a/one' });
    expect([answer.status, answer.body.error?.code]).toEqual([403, 'NO_PERMISSION']);
    expect(answer.body.error?.message).toContain(String(companyId));
    expect((await bench.call({ authorization: 'Bearer a/one', companyId: 7 })).status).toBe(200);
  });

  it('for a type is 403 NO_PERMISSION and names every scope', async () => {
    await start({ id: 1, accessToken: 'a/one', scopes: ['entity.clients:r', 'products:a'] });
    const create = (types: readonly string[]) =>
      bench.call({
        method: 'POST',
        authorization: 'Bearer a/one',
        body: { data: { sink: bench.sink.url, types } },
      });
    const refused = await create([clientCreated, `${prefix}entities.all.update`, `${prefix}receipts.create`]);
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'NO_PERMISSION']);
    expect(refused.body.error?.message).toContain('entity.suppliers:r, receipts:r.');
    expect(bench.fic.subscriptions()).toEqual([]);

    // Stock needs two scopes; the scope `:a` of one of them grants reading too.
    const stock = await create([`${prefix}products.stock_update`]);
    expect(stock.body.error?.message).toContain('lacks the scopes stock:r.');

    expect((await create([clientCreated, `${prefix}products.create`, 'no such type'])).status).toBe(200);
    const [made] = bench.fic.subscriptions();
    const modified = await bench.call({
      method: 'PUT',
      path: `/${made?.id}`,
      authorization: 'Bearer a/one',
      body: { data: { types: [`${prefix}receipts.create`] } },
    });
    expect([modified.status, modified.body.error?.code]).toEqual([403, 'NO_PERMISSION']);
    expect(bench.fic.subscriptions()).toEqual([made]);
  });
});
