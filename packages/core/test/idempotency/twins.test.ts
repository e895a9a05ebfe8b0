import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/idempotency/memory-store.js';
import { createControlledReceiver, deliver, makeEventId, runAt, summarize } from './deliver.js';
import { freeClock, letRun, moveClock, standStill, stopClock } from './moved-clock.js';

beforeEach(stopClock);
afterEach(freeClock);

describe('two deliveries of one event in one process', () => {
  it('run the handler once, and both get its success', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    const second = await deliver(controlled, id);
    expect([summarize(first), summarize(second)]).toEqual(['waiting', 'waiting']);
    runAt(controlled, 0).succeed();
    await letRun();
    expect([summarize(first), summarize(second)]).toEqual(['204', '204']);
    expect(controlled.runs).toHaveLength(1);
  });

  it('get its failure both, and a later retry runs it again', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    const second = await deliver(controlled, id);
    runAt(controlled, 0).fail();
    await letRun();
    expect([summarize(first), summarize(second)]).toEqual(['500 handler-failed', '500 handler-failed']);
    expect(controlled.runs).toHaveLength(1);
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
  });

  it('wait each until a deadline of its own', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    await moveClock(2_000);
    const second = await deliver(controlled, id);
    await moveClock(1_000);
    expect([summarize(first), summarize(second)]).toEqual(['503 deadline', 'waiting']);
    await moveClock(1_999);
    expect(summarize(second)).toBe('waiting');
    await moveClock(1);
    expect(summarize(second)).toBe('503 in-progress');
    expect(second.answer?.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('the second gets the success that came after the deadline of the first', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    await moveClock(2_000);
    const second = await deliver(controlled, id);
    await moveClock(1_500);
    runAt(controlled, 0).succeed();
    await letRun();
    expect([summarize(first), summarize(second)]).toEqual(['503 deadline', '204']);
    expect(controlled.runs).toHaveLength(1);
  });

  it.each([
    ['ids', { event: { ids: [7] } }],
    ['type', { event: { type: 'entities.clients.delete' } }],
  ])('with other %s: the second is refused and never handled', async (_, options) => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    const second = await deliver(controlled, id, options);
    expect(summarize(second)).toBe('503 conflict');
    runAt(controlled, 0).succeed();
    await letRun();
    expect(summarize(first)).toBe('204');
    // After the first is done the store tells it, by the fingerprint.
    expect(summarize(await deliver(controlled, id, options))).toBe('503 conflict');
    expect(controlled.runs).toHaveLength(1);
    expect(controlled.alerts).toEqual(['conflict']);
  });

  it('a crowd of twins runs the handler once', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const crowd = await Promise.all(Array.from({ length: 30 }, () => deliver(controlled, id)));
    expect(controlled.runs).toHaveLength(1);
    runAt(controlled, 0).succeed();
    await Promise.all(crowd.map(({ response }) => response));
    expect(new Set(crowd.map(summarize))).toEqual(new Set(['204']));
  });

  it('a run that lost its claim does not hide its successor from later twins', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    await deliver(controlled, id);
    // Past the deadline the lease is watched; then the process stands still for longer than it.
    await moveClock(4_000);
    standStill(20_000);
    await moveClock(5_000);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(true);
    const successor = await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
    runAt(controlled, 0).succeed();
    await letRun();
    const twin = await deliver(controlled, id);
    expect(summarize(twin)).toBe('waiting');
    runAt(controlled, 1).succeed();
    await letRun();
    expect([summarize(successor), summarize(twin)]).toEqual(['204', '204']);
    expect(controlled.runs).toHaveLength(2);
  });

  it('a run that a platform has cut off, its timers with it, hides nothing once its time is over', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    await deliver(controlled, id);
    standStill(60_000);
    expect(summarize(await deliver(controlled, id))).toBe('waiting');
    expect(controlled.runs).toHaveLength(1);
    standStill(15_001);
    const later = await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
    runAt(controlled, 1).succeed();
    await letRun();
    expect(summarize(later)).toBe('204');
  });

  it('a twin that waits for a run which loses its claim is answered 503 by its own deadline', async () => {
    const controlled = createControlledReceiver({ handlerMaxRuntime: 4_000 });
    const id = makeEventId();
    await deliver(controlled, id);
    await moveClock(2_000);
    const twin = await deliver(controlled, id);
    await moveClock(3_000);
    expect(runAt(controlled, 0).context.signal.aborted).toBe(true);
    expect(summarize(twin)).toMatch(/^503 (deadline|in-progress)$/);
  });
});

describe('two receivers that share a store', () => {
  it('the second does not wait: 503 while the first runs, 204 after it', async () => {
    const store = memoryStore();
    const one = createControlledReceiver({ idempotency: store });
    const two = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    const first = await deliver(one, id);
    expect(summarize(await deliver(two, id))).toBe('503 in-progress');
    runAt(one, 0).succeed();
    await letRun();
    expect(summarize(first)).toBe('204');
    expect(summarize(await deliver(two, id))).toBe('204');
    expect(two.runs).toHaveLength(0);
  });

  it('other content under the key of a handled event is a conflict there too', async () => {
    const store = memoryStore();
    const one = createControlledReceiver({ idempotency: store });
    const two = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    await deliver(one, id);
    runAt(one, 0).succeed();
    await letRun();
    expect(summarize(await deliver(two, id, { event: { ids: [1, 2] } }))).toBe('503 conflict');
    expect(two.runs).toHaveLength(0);
  });
});

describe('idempotency: false', () => {
  it('handles every delivery anew, at the same time too', async () => {
    const controlled = createControlledReceiver({ idempotency: false });
    const id = makeEventId();
    const first = await deliver(controlled, id);
    const second = await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
    runAt(controlled, 1).succeed();
    runAt(controlled, 0).fail();
    await letRun();
    expect([summarize(first), summarize(second)]).toEqual(['500 handler-failed', '204']);
  });
});
