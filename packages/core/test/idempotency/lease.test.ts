import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../../src/idempotency/memory-store.js';
import { createControlledReceiver, deliver, makeEventId, runAt, summarize } from './deliver.js';
import { freeClock, letRun, moveClock, standStill, stopClock } from './moved-clock.js';

beforeEach(stopClock);
afterEach(freeClock);

describe('the lease of a claim', () => {
  it('is renewed for 15 s every 5 s while a handler runs, and no longer', async () => {
    const store = memoryStore();
    const extend = vi.spyOn(store, 'extend');
    const controlled = createControlledReceiver({ idempotency: store });
    const other = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    await deliver(controlled, id);
    await moveClock(4_999);
    expect(extend).toHaveBeenCalledTimes(0);
    await moveClock(1);
    expect(extend).toHaveBeenCalledTimes(1);
    await moveClock(25_000);
    expect(extend).toHaveBeenCalledTimes(6);
    expect(new Set(extend.mock.calls.map(([, , lease]) => lease))).toEqual(new Set([15_000]));
    expect(summarize(await deliver(other, id))).toBe('503 in-progress');
    runAt(controlled, 0).succeed();
    await letRun();
    await moveClock(30_000);
    expect(extend).toHaveBeenCalledTimes(6);
    expect(summarize(await deliver(other, id))).toBe('204');
    expect(other.runs).toHaveLength(0);
  });

  it('is claimed for 15 s under a name of its own for each receiver', async () => {
    const store = memoryStore();
    const claim = vi.spyOn(store, 'claim');
    const first = createControlledReceiver({ idempotency: store });
    const second = createControlledReceiver({ idempotency: store });
    await deliver(first, makeEventId());
    await deliver(second, makeEventId());
    const requests = claim.mock.calls.map(([, request]) => request);
    expect(requests.map(({ lease }) => lease)).toEqual([15_000, 15_000]);
    expect(new Set(requests.map(({ owner }) => owner)).size).toBe(2);
    const keys = claim.mock.calls.map(([key]) => key);
    expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });

  it('ends when the process stands still: the run is told, and a zombie success does not end its successor', async () => {
    const store = memoryStore();
    const zombie = createControlledReceiver({ idempotency: store, answerWithin: 60_000 });
    const successor = createControlledReceiver({ idempotency: store, answerWithin: 60_000 });
    const third = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    const first = await deliver(zombie, id);
    const { signal } = runAt(zombie, 0).context;
    standStill(20_000);
    const second = await deliver(successor, id);
    expect(successor.runs).toHaveLength(1);
    expect(signal.aborted).toBe(false);
    await moveClock(5_000);
    expect(signal.aborted).toBe(true);
    expect(summarize(first)).toBe('503 handler-lost');
    expect(first.answer?.headers['retry-after']).toMatch(/^\d+$/);

    runAt(zombie, 0).succeed();
    await letRun();
    expect(zombie.lines.join('\n')).toContain('completion-failed');
    expect(summarize(await deliver(third, id))).toBe('503 in-progress');
    runAt(successor, 0).succeed();
    await letRun();
    expect(summarize(second)).toBe('204');
    expect(summarize(await deliver(third, id))).toBe('204');
    expect(third.runs).toHaveLength(0);
  });

  it('a zombie failure does not free the claim of its successor', async () => {
    const store = memoryStore();
    const zombie = createControlledReceiver({ idempotency: store });
    const successor = createControlledReceiver({ idempotency: store });
    const third = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    await deliver(zombie, id);
    standStill(20_000);
    await deliver(successor, id);
    runAt(zombie, 0).fail();
    await letRun();
    expect(summarize(await deliver(third, id))).toBe('503 in-progress');
    expect(third.runs).toHaveLength(0);
  });

  it('is not renewed past handlerMaxRuntime: the signal aborts, 503, and the event is free 15 s later', async () => {
    const store = memoryStore();
    const extend = vi.spyOn(store, 'extend');
    const stuck = createControlledReceiver({
      idempotency: store,
      handlerMaxRuntime: 12_000,
      answerWithin: 60_000,
    });
    const other = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    const first = await deliver(stuck, id);
    const { signal } = runAt(stuck, 0).context;
    await moveClock(11_990);
    expect(signal.aborted).toBe(false);
    await moveClock(10);
    expect(signal.aborted).toBe(true);
    expect(String((signal.reason as Error).message)).toContain('12000');
    expect(summarize(first)).toBe('503 deadline');
    expect(extend).toHaveBeenCalledTimes(2);
    // Renewed last after 10 s, so the claim stands until 25 s.
    await moveClock(12_000);
    expect(extend).toHaveBeenCalledTimes(2);
    expect(summarize(await deliver(other, id))).toBe('503 in-progress');
    await moveClock(1_500);
    await deliver(other, id);
    expect(other.runs).toHaveLength(1);
  });

  it('a handler that heeds the signal and fails frees the event at once', async () => {
    const store = memoryStore();
    const stuck = createControlledReceiver({
      idempotency: store,
      handlerMaxRuntime: 1_000,
      answerWithin: 60_000,
    });
    const other = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    await deliver(stuck, id);
    const run = runAt(stuck, 0);
    run.context.signal.addEventListener('abort', () => run.fail());
    await moveClock(1_000);
    await deliver(other, id);
    expect(other.runs).toHaveLength(1);
  });
});

describe('a renewal', () => {
  it('that finds the claim lost aborts the signal and answers 503', async () => {
    const store = { ...memoryStore(), extend: () => false };
    const controlled = createControlledReceiver({ idempotency: store, answerWithin: 60_000 });
    const delivery = await deliver(controlled, makeEventId());
    await moveClock(5_000);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(true);
    expect(summarize(delivery)).toBe('503 handler-lost');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('The store is away.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The store is away.'))],
    ['hangs', () => new Promise<boolean>(() => {})],
  ])('that %s is tried again until the lease is over', async (_, extend) => {
    const spy = vi.fn<() => boolean | Promise<boolean>>(extend);
    const controlled = createControlledReceiver({
      idempotency: { ...memoryStore(), extend: spy },
      answerWithin: 60_000,
    });
    const delivery = await deliver(controlled, makeEventId());
    await moveClock(14_990);
    expect(spy).toHaveBeenCalledTimes(2);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(false);
    await moveClock(10);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(true);
    expect(summarize(delivery)).toBe('503 handler-lost');
  });

  it('that fails once costs nothing', async () => {
    const store = memoryStore();
    let calls = 0;
    const flaky = {
      ...store,
      extend: (key: string, token: string, lease: number) => {
        if (++calls % 2 === 1) throw new Error('The store is away.');
        return store.extend(key, token, lease);
      },
    };
    const controlled = createControlledReceiver({ idempotency: flaky, answerWithin: 60_000 });
    const delivery = await deliver(controlled, makeEventId());
    await moveClock(50_000);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(false);
    runAt(controlled, 0).succeed();
    await letRun();
    expect(summarize(delivery)).toBe('204');
  });

  it('that is answered after the handler has ended changes nothing', async () => {
    const store = memoryStore();
    const slow = {
      ...store,
      extend: () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 3_000)),
    };
    const controlled = createControlledReceiver({ idempotency: slow, answerWithin: 60_000 });
    const delivery = await deliver(controlled, makeEventId());
    await moveClock(5_000);
    runAt(controlled, 0).succeed();
    await letRun();
    await moveClock(5_000);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(false);
    expect(summarize(delivery)).toBe('204');
  });
});
