import {
  type Clock,
  type EnsureReport,
  InvalidOptionError,
  type KeeperAlert,
  type KeeperOptions,
  keepSubscribed,
  type SubscriptionKeeper,
} from '@fic-webhooks/core/subscriptions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { catchError } from './support/caught.js';
import { type Bench, full, startBench } from './support/start-bench.js';

const types = full('entities.clients.create');

let bench: Bench;
let keeper: SubscriptionKeeper | undefined;
const alerts: KeeperAlert[] = [];
const reports: EnsureReport[] = [];
const delays: number[] = [];

/** A clock on which the keeper sleeps until it is woken. */
function createAlarm(): { clock: Clock; ring(): void; isAsleep(): boolean } {
  let wake: (() => void) | undefined;
  return {
    clock: {
      now: bench.clock.now,
      sleep: (milliseconds, { signal, isBackground }) => {
        expect(isBackground).toBe(true);
        delays.push(milliseconds);
        return new Promise((resolve, reject) => {
          const stop = () => {
            wake = undefined;
            reject(signal?.reason);
          };
          if (signal?.aborted === true) return stop();
          signal?.addEventListener('abort', stop);
          wake = resolve;
          return undefined;
        });
      },
    },
    ring: () => {
      const ringing = wake;
      wake = undefined;
      ringing?.();
    },
    isAsleep: () => wake !== undefined,
  };
}

let alarm: ReturnType<typeof createAlarm>;
beforeEach(async () => {
  bench = await startBench();
  alarm = createAlarm();
  for (const list of [alerts, reports, delays]) list.length = 0;
});
afterEach(async () => {
  await keeper?.close();
  await bench.close();
});

function keep(options: Partial<KeeperOptions> = {}): SubscriptionKeeper {
  keeper = keepSubscribed({
    client: bench.createClient(),
    ensure: { sink: bench.sink.url, types, verifyWithin: 1_000 },
    onAlert: (alert) => alerts.push(alert),
    onReport: (report) => reports.push(report),
    clock: alarm.clock,
    ...options,
  });
  return keeper;
}

const untilAsleep = () => vi.waitFor(() => expect(alarm.isAsleep()).toBe(true), { timeout: 20_000 });

/** Lets the time until the next check pass, and waits until it is done. */
async function wake(): Promise<void> {
  alarm.ring();
  await untilAsleep();
}

const codes = () => alerts.map(({ code }) => code);

describe('keepSubscribed', () => {
  test('subscribes at once, and looks every 15 minutes', async () => {
    const { lastReport } = keep();
    expect(lastReport).toBeUndefined();
    await untilAsleep();
    expect(keeper?.lastReport).toMatchObject({ status: 'ready', actions: [{ kind: 'create' }] });
    bench.calls.length = 0;
    await wake();
    expect(reports.map(({ actions }) => actions.length)).toEqual([1, 0]);
    expect(bench.calls.map(({ method }) => method)).toEqual(['GET']);
    expect(delays).toEqual([900_000, 900_000]);
    expect(alerts).toEqual([]);
  });

  test('makes again what was deleted, and says so', async () => {
    keep();
    await untilAsleep();
    await bench.createClient().delete('SUB1');
    await wake();
    expect(keeper?.lastReport).toMatchObject({ status: 'ready', subscription: { id: 'SUB2' } });
    expect(alerts).toMatchObject([{ code: 'subscription-restored', report: { status: 'ready' } }]);
    expect(alerts[0]?.message).toContain('SUB1');
    await wake();
    expect(alerts).toHaveLength(1);
  });

  test('sets right what somebody has changed', async () => {
    keep();
    await untilAsleep();
    await bench.createClient().modify('SUB1', { types: full('products.create') });
    await wake();
    expect(bench.fic.subscriptions()[0]?.types).toEqual(types);
    expect(codes()).toEqual(['subscription-changed']);
  });

  test('asks for a new verification of what has lost its own', async () => {
    keep();
    await untilAsleep();
    const stranger = bench.createClient();
    bench.sink.echoes = false;
    // There and back: the sink is the same, and unverified.
    await stranger.modify('SUB1', { sink: `${bench.sink.url}/x` });
    await stranger.modify('SUB1', { sink: bench.sink.url });
    await bench.fic.settled();
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    await wake();
    expect(keeper?.lastReport).toMatchObject({ status: 'ready', actions: [{ kind: 'verify' }] });
    expect(codes()).toEqual(['verification-lost']);
  });

  test('looks earlier at a sink that is unverified, until it echoes', async () => {
    bench.sink.echoes = false;
    keep();
    await untilAsleep();
    expect(codes()).toEqual(['unverified']);
    expect(delays).toEqual([600_000]);
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    await wake();
    expect(keeper?.lastReport?.status).toBe('ready');
    expect(delays).toEqual([600_000, 900_000]);
  });

  test('keeps on through five verifications in vain', async () => {
    bench.sink.echoes = false;
    keep();
    await untilAsleep();
    for (let check = 2; check <= 7; check += 1) {
      await bench.fic.advance('10m');
      await wake();
    }
    bench.sink.echoes = true;
    await bench.fic.advance('10m');
    await wake();
    expect(keeper?.lastReport).toMatchObject({ status: 'ready', subscription: { id: 'SUB2' } });
  });

  test('says what stands in the way, once for each kind', async () => {
    const taken = full('products.create', 'products.update');
    await bench.createClient().create({ sink: `${bench.sink.url}/other`, types: taken });
    keep({ ensure: { sink: bench.sink.url, types: [...types, 'products.*'] } });
    await untilAsleep();
    expect(keeper?.lastReport?.status).toBe('incomplete');
    expect(codes()).toEqual(['type-taken']);
    expect(alerts[0]?.message).toContain('And 1 more of this kind');
  });

  test('a check that fails is repeated soon, less often with each failure, and never ends it', async () => {
    bench.fic.setFaults({ probabilities: { 'api-error': 1 } });
    keep({ client: bench.createClient({ retries: 0 }), every: 5 * 60_000 });
    await untilAsleep();
    for (let check = 2; check <= 4; check += 1) await wake();
    expect(delays).toEqual([60_000, 120_000, 240_000, 300_000]);
    expect(alerts).toHaveLength(4);
    expect(alerts[0]).toMatchObject({ code: 'check-failed', error: { code: 'api-server' } });
    expect(keeper?.lastReport).toBeUndefined();
    bench.fic.setFaults({ probabilities: { 'api-error': 0 } });
    await wake();
    expect(keeper?.lastReport?.status).toBe('ready');
    expect(delays.at(-1)).toBe(300_000);
  });

  test('a quota is waited for', async () => {
    bench.fic.setFaults({ probabilities: { 'api-quota': 1 }, quotaWindow: 'hour' });
    keep();
    await untilAsleep();
    expect(delays).toEqual([3_600_000]);
  });

  test('check() looks now, and is one with a check that is under way', async () => {
    const made = keep();
    expect(made.check()).toBe(made.check());
    expect((await made.check()).status).toBe('ready');
    await untilAsleep();
    bench.calls.length = 0;
    expect(await made.check()).toMatchObject({ status: 'ready', actions: [] });
    expect(bench.calls).toHaveLength(1);
  });

  test('close ends a check that is under way, without an alert, and then there is no other', async () => {
    const client = bench.createClient({ fetch: () => new Promise(() => {}) });
    const made = keep({ client });
    await made.close();
    await made.close();
    expect(await catchError(made.check())).toMatchObject({ name: 'AbortError' });
    expect(alerts).toEqual([]);
    expect(delays.length).toBeLessThanOrEqual(1);
  });

  test('a signal ends it, too', async () => {
    const controller = new AbortController();
    keep({ signal: controller.signal });
    await untilAsleep();
    controller.abort();
    await keeper?.close();
    expect(alarm.isAsleep()).toBe(false);
    expect(delays).toHaveLength(1);
    bench.calls.length = 0;
    keep({ signal: controller.signal });
    await keeper?.close();
    expect(bench.calls).toEqual([]);
  });

  test('whatever onAlert and onReport throw is swallowed', async () => {
    bench.sink.echoes = false;
    const fail = () => Promise.reject(new Error('of the user'));
    keep({ onAlert: fail, onReport: fail });
    await untilAsleep();
    expect(keeper?.lastReport?.status).toBe('unverified');
  });

  test.each([
    [{ client: {} }, 'client', 'option-invalid'],
    [{ every: 10 }, 'every', 'option-invalid'],
    [{ evry: 10_000 }, 'evry', 'option-unknown'],
    [
      { ensure: { sink: 'https://example.com/', types: ['entities.client.*'] } },
      'types',
      'event-name-unknown',
    ],
    [{ ensure: { types: ['*'] } }, 'sink', 'sink-missing'],
    [{ ensure: undefined }, 'ensure', 'option-invalid'],
  ])('%j throws at once', (options, option, code) => {
    let thrown: unknown;
    try {
      keep(options as never);
    } catch (error) {
      thrown = error;
    }
    keeper = undefined;
    expect(thrown).toBeInstanceOf(InvalidOptionError);
    expect(thrown).toMatchObject({ option, code });
    expect(bench.calls).toEqual([]);
  });
});
