import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EmulatorError, type EmulatorOptions, type SubscribeOptions } from '../../src/index.js';
import { type Bench, clientCreated, clientUpdated, prefix, startBench } from './call-api.js';

let bench: Bench;
afterEach(() => bench.close());

const start = async (options?: EmulatorOptions) => {
  bench = await startBench(options);
};
const subscribe = (options: Partial<SubscribeOptions> = {}) =>
  bench.fic.subscribe({ sink: bench.sink.url, types: ['entities.clients.create'], ...options });

async function refusal(options: Partial<SubscribeOptions>): Promise<EmulatorError> {
  const error = await subscribe(options).catch((thrown: unknown) => thrown);
  if (error instanceof EmulatorError) return error;
  throw new Error(`expected an EmulatorError, not ${String(error)}`);
}

describe('subscribe', () => {
  it('returns when the sink is verified', async () => {
    await start();
    expect(await subscribe()).toMatchObject({
      companyId: 108061,
      applicationId: 1234,
      sink: bench.sink.url,
      types: [clientCreated],
      mapping: 'binary',
      verified: true,
    });
    expect(bench.fic.subscriptions()).toMatchObject([{ verified: true }]);
  });

  it('works on a clock that moves by itself', async () => {
    await start({ clock: 'real' });
    expect((await subscribe()).verified).toBe(true);
  });

  it('takes everything that the API takes', async () => {
    await start({
      applications: [
        { id: 1, accessToken: 'a/one' },
        { id: 2, accessToken: 'a/two' },
      ],
    });
    const types = [clientUpdated, 'entities.all.create'];
    const options = {
      types,
      companyId: 5,
      applicationId: 2,
      mapping: 'structured',
      verificationMethod: 'query',
    } as const;
    expect(await subscribe(options)).toMatchObject({
      companyId: 5,
      applicationId: 2,
      mapping: 'structured',
      verified: true,
      types: [clientUpdated, clientCreated, `${prefix}entities.suppliers.create`],
    });
    expect(bench.sink.requests[0]?.url).toContain('?x-fic-verification-challenge=');
    expect((await bench.call({ companyId: 5, authorization: 'Bearer a/two' })).body.data).toHaveLength(1);
  });

  it('need not wait', async () => {
    await start();
    expect((await subscribe({ waitForVerification: false })).verified).toBe(false);
    await bench.fic.settled();
    expect(bench.fic.subscriptions()[0]?.verified).toBe(true);
  });

  it('is done many times at once', async () => {
    await start();
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => subscribe({ companyId: index + 1 })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(all.every(({ verified }) => verified)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('does not wait for others that hang', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as { port: number };
    await start({ behaviour: { answerTimeout: 60_000 } });
    await subscribe({ sink: `http://127.0.0.1:${port}/`, companyId: 9, waitForVerification: false });
    expect((await subscribe()).verified).toBe(true);
    silent.close();
  });

  it('says what the sink did wrong', async () => {
    await start();
    bench.sink.echoes = false;
    const error = await refusal({});
    expect(error).toMatchObject({ code: 'subscription-unverified', field: 'sink' });
    expect(error.message).toContain('404');
    expect(bench.fic.subscriptions()).toMatchObject([{ verified: false }]);
  });

  it('says that nobody listens, even if the subscription is deleted for it', async () => {
    await start({ behaviour: { lostSubscription: 'deleted' } });
    const error = await refusal({ sink: 'http://127.0.0.1:9/' });
    expect(error.code).toBe('subscription-unverified');
    expect(error.message).toContain('http://127.0.0.1:9/');
  });

  it('ends when the emulator is reset or closed', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as { port: number };
    const sink = `http://127.0.0.1:${port}/`;
    await start({ behaviour: { answerTimeout: 500 } });
    const duringReset = refusal({ sink });
    await bench.fic.reset();
    expect((await duringReset).code).toMatch(/^(subscription-unverified|emulator-closed)$/);
    const duringClose = refusal({ sink });
    await bench.fic.close();
    expect((await duringClose).code).toBe('emulator-closed');
    silent.close();
  });

  it.each<[string, Partial<SubscribeOptions>, string | undefined, string]>([
    ['a type that does not exist', { types: ['entities.nobody.create'] }, 'types', 'does not exist'],
    ['one of them', { types: ['entities.clients.create', 'x'] }, 'types', `'${prefix}x' event`],
    ['no type', { types: [] }, 'types', 'types'],
    ['a sink of the world without HTTPS', { sink: 'http://example.com' }, 'sink', 'https://'],
    ['a sink that is no URL', { sink: 'localhost:3000' }, 'sink', 'absolute URL'],
    ['an application that is unknown', { applicationId: 9 }, 'applicationId', '1234'],
    ['a company that is none', { companyId: 0 }, 'companyId', 'companyId'],
    ['an option that is none', { typs: [] } as object, 'typs', 'typs'],
  ])('refuses %s, and makes nothing', async (_what, options, field, text) => {
    await start();
    const error = await refusal(options);
    expect([error.code, error.field]).toEqual(['subscription-refused', field]);
    expect(error.message).toContain(text);
    expect(bench.fic.subscriptions()).toEqual([]);
    expect(bench.fic.deliveries()).toEqual([]);
  });

  it('refuses a type that is taken', async () => {
    await start();
    await subscribe();
    const error = await refusal({ types: ['entities.all.create'] });
    expect(error.message).toContain(
      `The '${clientCreated}' event is already registered for this application`,
    );
    expect(bench.fic.subscriptions()).toHaveLength(1);
  });

  it.each([
    [{ scopes: ['products:r'] }, 'entity.clients:r'],
    [{ companies: [5] }, '108061'],
    [{ disabled: true }, 'disabled'],
  ])('refuses what the application may not do: %j', async (rights, text) => {
    await start({ applications: [{ id: 1, accessToken: 'a/one', ...rights }] });
    const error = await refusal({});
    expect([error.code, bench.fic.subscriptions()]).toEqual(['subscription-refused', []]);
    expect(error.message).toContain(text);
  });
});
