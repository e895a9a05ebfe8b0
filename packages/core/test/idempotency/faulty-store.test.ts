import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdempotencyStore } from '../../src/idempotency/idempotency-store.js';
import { memoryStore } from '../../src/idempotency/memory-store.js';
import { createControlledReceiver, deliver, makeEventId, runAt, summarize } from './deliver.js';
import { freeClock, letRun, moveClock, stopClock } from './moved-clock.js';

beforeEach(stopClock);
afterEach(freeClock);

/** How a call to a store can go wrong. */
const faults = {
  throws: (): never => {
    throw new Error('The store is away.');
  },
  rejects: () => Promise.reject(new Error('The store is away.')),
};
const hang = () => new Promise<never>(() => {});

describe('claim', () => {
  it.each(Object.entries(faults))(
    'that %s: 503 at once with an alert, and nothing runs',
    async (_, claim) => {
      const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), claim } });
      const delivery = await deliver(controlled, makeEventId());
      await letRun();
      expect(summarize(delivery)).toBe('503 store-unavailable');
      expect(delivery.answer?.headers['retry-after']).toMatch(/^\d+$/);
      expect(delivery.answer?.body).not.toContain('away');
      expect(controlled.lines.join('\n')).toContain('The store is away.');
      expect(controlled.alerts).toEqual(['store-unavailable']);
      expect(controlled.runs).toHaveLength(0);
    },
  );

  it('that hangs: 503 at the deadline, and the retry asks again', async () => {
    const store = memoryStore();
    let away = true;
    const claim: IdempotencyStore['claim'] = (...given) => (away ? hang() : store.claim(...given));
    const controlled = createControlledReceiver({ idempotency: { ...store, claim } });
    const id = makeEventId();
    const delivery = await deliver(controlled, id);
    await moveClock(3_000);
    expect(summarize(delivery)).toBe('503 store-unavailable');
    away = false;
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(1);
  });

  it('that finds the store full of live claims: 503, and room again once one of them ends', async () => {
    const controlled = createControlledReceiver({ idempotency: memoryStore({ maxKeys: 2 }) });
    await deliver(controlled, makeEventId());
    await deliver(controlled, makeEventId());
    const id = makeEventId();
    const third = await deliver(controlled, id);
    expect(summarize(third)).toBe('503 store-unavailable');
    expect(controlled.runs).toHaveLength(2);
    runAt(controlled, 0).succeed();
    await letRun();
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(3);
    expect(runAt(controlled, 2).eventId).toBe(id);
  });

  it('of a full store evicts the event that was handled first', async () => {
    const controlled = createControlledReceiver({ idempotency: memoryStore({ maxKeys: 3 }) });
    const [slow = '', quick = '', third = '', fourth = ''] = Array.from({ length: 4 }, makeEventId);
    const succeed = async (index: number) => {
      runAt(controlled, index).succeed();
      await letRun();
    };
    // The slow one is claimed first, and handled last but one: it is the one that is sure to be sent again.
    await deliver(controlled, slow);
    await deliver(controlled, quick);
    await succeed(1);
    await deliver(controlled, third);
    await succeed(2);
    await succeed(0);
    await deliver(controlled, fourth);
    await succeed(3);
    for (const id of [slow, third, fourth]) expect(summarize(await deliver(controlled, id))).toBe('204');
    expect(controlled.runs).toHaveLength(4);
    await deliver(controlled, quick);
    expect(controlled.runs).toHaveLength(5);
  });

  it('that returns something unforeseen is contained', async () => {
    const claim = (() => undefined) as unknown as IdempotencyStore['claim'];
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), claim } });
    const delivery = await deliver(controlled, makeEventId());
    await letRun();
    expect(delivery.answer?.status).toBe(503);
    expect(controlled.runs).toHaveLength(0);
  });
});

describe('complete', () => {
  it.each(Object.entries(faults))(
    'that %s: 204 all the same, with a line in the log',
    async (_, complete) => {
      const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), complete } });
      const delivery = await deliver(controlled, makeEventId());
      runAt(controlled, 0).succeed();
      await letRun();
      expect(summarize(delivery)).toBe('204');
      expect(controlled.lines.join('\n')).toContain('completion-failed');
      expect(controlled.lines.join('\n')).toContain('The store is away.');
      expect(controlled.alerts).toEqual([]);
    },
  );

  it('that says the lease was over: 204, with a line in the log', async () => {
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), complete: () => false } });
    const delivery = await deliver(controlled, makeEventId());
    runAt(controlled, 0).succeed();
    await letRun();
    expect(summarize(delivery)).toBe('204');
    expect(controlled.lines.join('\n')).toContain('completion-failed');
  });

  it('that hangs: 204 at the deadline', async () => {
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), complete: hang } });
    const delivery = await deliver(controlled, makeEventId());
    runAt(controlled, 0).succeed();
    await letRun();
    await moveClock(3_000);
    expect(summarize(delivery)).toBe('204');
  });

  it('that hangs does not block the event for ever', async () => {
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), complete: hang } });
    const id = makeEventId();
    await deliver(controlled, id);
    runAt(controlled, 0).succeed();
    await moveClock(60_000);
    // The claim has ended in the store: whatever the answer is, it is not that the event is being handled.
    const retry = await deliver(controlled, id);
    await letRun();
    expect(summarize(retry)).toBe('waiting');
    expect(controlled.runs).toHaveLength(2);
  });

  it('that answers late delays the answer and no more', async () => {
    const store = memoryStore();
    const complete: IdempotencyStore['complete'] = (...given) =>
      new Promise((resolve) => setTimeout(() => resolve(store.complete(...given)), 1_000));
    const controlled = createControlledReceiver({ idempotency: { ...store, complete } });
    const id = makeEventId();
    const delivery = await deliver(controlled, id);
    runAt(controlled, 0).succeed();
    await letRun();
    expect(summarize(delivery)).toBe('waiting');
    await moveClock(1_000);
    expect(summarize(delivery)).toBe('204');
    expect(summarize(await deliver(controlled, id))).toBe('204');
    expect(controlled.runs).toHaveLength(1);
  });
});

describe('release', () => {
  it.each(Object.entries(faults))(
    'that %s: the answer stays, and the claim ends by itself',
    async (_, release) => {
      const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), release } });
      const id = makeEventId();
      const delivery = await deliver(controlled, id);
      runAt(controlled, 0).fail();
      await letRun();
      expect(summarize(delivery)).toBe('500 handler-failed');
      expect(controlled.lines.join('\n')).toContain('release-failed');
      expect(summarize(await deliver(controlled, id))).toBe('503 in-progress');
      await moveClock(15_000);
      await deliver(controlled, id);
      expect(controlled.runs).toHaveLength(2);
    },
  );

  it('that hangs: the sender has its answer by the deadline, and the event can be retried after the lease', async () => {
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), release: hang } });
    const id = makeEventId();
    const delivery = await deliver(controlled, id);
    runAt(controlled, 0).fail();
    await letRun();
    await moveClock(3_000);
    expect(delivery.answer?.status).toBeGreaterThanOrEqual(500);
    await moveClock(57_000);
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
  });

  it('that answers late', async () => {
    const store = memoryStore();
    const release: IdempotencyStore['release'] = (...given) =>
      new Promise((resolve) => setTimeout(() => resolve(store.release(...given)), 1_000));
    const controlled = createControlledReceiver({ idempotency: { ...store, release } });
    const id = makeEventId();
    const delivery = await deliver(controlled, id);
    runAt(controlled, 0).fail();
    await letRun();
    await moveClock(1_000);
    expect(summarize(delivery)).toBe('500 handler-failed');
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
  });
});

describe('close', () => {
  it('waits for handlers that run past their answer, then closes the store', async () => {
    const close = vi.fn();
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), close } });
    await deliver(controlled, makeEventId());
    await moveClock(3_000);
    let closed = false;
    const closing = controlled.receiver.close().then(() => {
      closed = true;
    });
    await letRun();
    expect([closed, close.mock.calls.length]).toEqual([false, 0]);
    runAt(controlled, 0).succeed();
    await closing;
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('does not close the store while it is being told of a late success', async () => {
    const steps: string[] = [];
    const store = {
      ...memoryStore(),
      complete: () =>
        new Promise<boolean>((resolve) =>
          setTimeout(() => {
            steps.push('completed');
            resolve(true);
          }, 1_000),
        ),
      close: () => {
        steps.push('closed');
      },
    };
    const controlled = createControlledReceiver({ idempotency: store });
    await deliver(controlled, makeEventId());
    await moveClock(3_000);
    runAt(controlled, 0).succeed();
    await letRun();
    const closing = controlled.receiver.close();
    await moveClock(2_000);
    await closing;
    expect(steps).toEqual(['completed', 'closed']);
  });

  it('gives up at its deadline, and closes the store all the same', async () => {
    const close = vi.fn();
    const controlled = createControlledReceiver({ idempotency: { ...memoryStore(), close } });
    await deliver(controlled, makeEventId());
    const closing = controlled.receiver.close({ deadline: 7_000 });
    await moveClock(7_000);
    await closing;
    expect(close).toHaveBeenCalledTimes(1);
  });
});
