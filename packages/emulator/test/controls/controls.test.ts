import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateView } from '../../src/control/views.js';
import { type Emulator, startEmulator } from '../../src/index.js';
import { startSink, type TestSink } from '../control/start-sink.js';
import { companyId } from '../support/start-engine.js';

const type = 'entities.clients.create';
let fic: Emulator;
let sink: TestSink;

beforeEach(async () => {
  sink = await startSink();
  fic = await startEmulator({ clock: 'manual', logger: false, behaviour: { welcomeDelay: 0 } });
});
afterEach(async () => {
  await fic.close();
  await sink.close();
});

describe('verify', () => {
  const unreachable = { sink: 'http://127.0.0.1:1/', types: [type], waitForVerification: false };

  it('sends another request, when the service would', async () => {
    const { id } = await fic.subscribe(unreachable);
    await fic.settled();
    expect(fic.verify(id)).toMatchObject({ sent: false, why: expect.stringContaining('in 10 minutes') });
    await fic.advance('10m');
    expect(fic.verify(id, { method: 'query' })).toMatchObject({
      sent: true,
      why: 'It is on its way.',
      subscription: { id, verificationAttempts: 2, verificationMethod: 'query' },
    });
    await fic.settled();
    expect(fic.deliveries().map(({ kind }) => kind)).toEqual(['verification', 'verification']);
  });

  it('sends nothing to a sink that is verified', async () => {
    const { id } = await fic.subscribe({ sink: sink.url, types: [type] });
    expect(fic.verify(id)).toMatchObject({ sent: false, why: 'It is verified already.' });
  });

  it('says so when there is no such subscription, or when the service refuses', async () => {
    expect(() => fic.verify('SUB9')).toThrow(
      expect.objectContaining({ code: 'subscription-unknown', field: 'id' }),
    );
    const strict = await startEmulator({ clock: 'manual', behaviour: { throttledVerification: 'refused' } });
    const { id } = await strict.subscribe(unreachable);
    expect(() => strict.verify(id)).toThrow(
      expect.objectContaining({
        code: 'verification-refused',
        message: expect.stringContaining('10 minutes'),
      }),
    );
    await strict.close();
  });

  it('shows what is true while the service asks by itself', async () => {
    const automatic = await startEmulator({
      clock: 'manual',
      behaviour: { verificationRetries: 'automatic' },
    });
    const { id } = await automatic.subscribe(unreachable);
    await automatic.settled();
    const read = async () => {
      const { subscriptions } = (await (await fetch(`${automatic.inspectorUrl}state`)).json()) as StateView;
      const { attemptsLeft, nextVerificationAt } = subscriptions[0] ?? {};
      return { attemptsLeft, minutes: ((nextVerificationAt ?? 0) - automatic.clock().now) / 60_000 };
    };
    expect(await read()).toEqual({ attemptsLeft: 4, minutes: 10 });
    expect(automatic.verify(id)).toMatchObject({ sent: false, why: expect.stringContaining('10 minutes') });
    await automatic.advance('5m');
    expect(await read()).toEqual({ attemptsLeft: 4, minutes: 5 });
    await automatic.advance('5m');
    expect(await read()).toEqual({ attemptsLeft: 3, minutes: 10 });
    await automatic.close();
  });
});

describe('deliveries', () => {
  it.each([
    [{ limit: -1 }, 'limit'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 1_001 }, 'limit'],
    [{ limit: Number.NaN }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ limit: '5' }, 'limit'],
    [{ before: -1 }, 'before'],
    [{ after: 1 }, 'after'],
  ])('%j is refused, naming %s', (page, field) => {
    expect(() => fic.deliveries(page as object)).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        field,
        message: expect.stringContaining(`${field}: `),
      }),
    );
  });

  it('come in pages', async () => {
    await fic.subscribe({ sink: sink.url, types: [type] });
    for (let count = 0; count < 120; count++) fic.emit({ companyId, type });
    expect(fic.deliveries()).toHaveLength(100);
    expect(fic.deliveries({ limit: 1_000, before: undefined })).toHaveLength(122);
    expect(fic.deliveries({ limit: 2, before: 50 }).map(({ id }) => id)).toEqual([49, 48]);
  });

  it('that are verifications are not replayed', async () => {
    await fic.subscribe({ sink: sink.url, types: [type] });
    expect(() => fic.replay(1)).toThrow(expect.objectContaining({ code: 'delivery-not-replayable' }));
    expect(() => fic.replay(99)).toThrow(expect.objectContaining({ code: 'delivery-unknown' }));
  });
});

describe('reset', () => {
  it('forgets the applications that nobody listed, and no others', async () => {
    for (const token of ['a/new', 'a/newer']) {
      await fetch(`${fic.url}/c/1/subscriptions`, { headers: { authorization: `Bearer ${token}` } });
    }
    expect(fic.applications().map(({ id }) => id)).toEqual([1234, 1235, 1236]);
    await fic.reset();
    expect(fic.applications()).toMatchObject([{ id: 1234, accessToken: 'a/emulator' }]);
  });
});
