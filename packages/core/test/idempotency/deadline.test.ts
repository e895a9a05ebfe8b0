import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClaimResult } from '../../src/idempotency/idempotency-store.js';
import { memoryStore } from '../../src/idempotency/memory-store.js';
import { createControlledReceiver, deliver, makeEventId, runAt, summarize } from './deliver.js';
import { freeClock, letRun, moveClock, stopClock } from './moved-clock.js';

beforeEach(stopClock);
afterEach(freeClock);

describe('a handler that is not done at the deadline', () => {
  it('and then succeeds: 503, and the retry gets 204 without another run', async () => {
    const controlled = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    await moveClock(2_999);
    expect(summarize(first)).toBe('waiting');
    await moveClock(1);
    expect(summarize(first)).toBe('503 deadline');
    expect(first.answer?.headers['retry-after']).toMatch(/^\d+$/);
    await moveClock(5_000);
    runAt(controlled, 0).succeed();
    await letRun();
    expect(controlled.lines.join('\n')).toContain('finished-late');
    expect(summarize(await deliver(controlled, id))).toBe('204');
    expect(controlled.runs).toHaveLength(1);
  });

  it('and then fails: 503, the claim is released, and the retry runs it again', async () => {
    const controlled = createControlledReceiver();
    const other = createControlledReceiver();
    const id = makeEventId();
    const first = await deliver(controlled, id);
    await moveClock(3_000);
    expect(summarize(first)).toBe('503 deadline');
    runAt(controlled, 0).fail();
    await letRun();
    const retry = await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
    runAt(controlled, 1).succeed();
    await letRun();
    expect(summarize(retry)).toBe('204');
    expect(other.runs).toHaveLength(0);
  });

  it('and then succeeds: a receiver that shares the store knows it too', async () => {
    const store = memoryStore();
    const slow = createControlledReceiver({ idempotency: store });
    const other = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    await deliver(slow, id);
    await moveClock(3_000);
    expect(summarize(await deliver(other, id))).toBe('503 in-progress');
    runAt(slow, 0).succeed();
    await letRun();
    expect(summarize(await deliver(other, id))).toBe('204');
    expect(other.runs).toHaveLength(0);
  });

  it('answerWithin is the deadline', async () => {
    const controlled = createControlledReceiver({ answerWithin: 700 });
    const delivery = await deliver(controlled, makeEventId());
    await moveClock(699);
    expect(summarize(delivery)).toBe('waiting');
    await moveClock(1);
    expect(summarize(delivery)).toBe('503 deadline');
  });
});

describe('a claim', () => {
  it('that comes after the deadline is given back, and nothing runs', async () => {
    const store = memoryStore();
    const release = vi.spyOn(store, 'release');
    const late = {
      ...store,
      claim: (...given: Parameters<typeof store.claim>) =>
        new Promise<ClaimResult>((resolve) => setTimeout(() => resolve(store.claim(...given)), 4_000)),
      release: store.release,
    };
    const controlled = createControlledReceiver({ idempotency: late });
    const prompt = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    const first = await deliver(controlled, id);
    await moveClock(3_000);
    expect(summarize(first)).toBe('503 store-unavailable');
    expect(controlled.alerts).toEqual(['store-unavailable']);
    await moveClock(1_000);
    expect(release).toHaveBeenCalledTimes(1);
    expect(controlled.runs).toHaveLength(0);
    await deliver(prompt, id);
    expect(prompt.runs).toHaveLength(1);
  });

  it('that comes before the deadline is used, and what is left of the time is for the handlers', async () => {
    const store = memoryStore();
    const slow = {
      ...store,
      claim: (...given: Parameters<typeof store.claim>) =>
        new Promise<ClaimResult>((resolve) => setTimeout(() => resolve(store.claim(...given)), 2_000)),
    };
    const controlled = createControlledReceiver({ idempotency: slow });
    const first = await deliver(controlled, makeEventId());
    await moveClock(2_000);
    expect(controlled.runs).toHaveLength(1);
    await moveClock(1_000);
    expect(summarize(first)).toBe('503 deadline');
  });
});

describe('how long a handled event is remembered', () => {
  it.each([
    ['the 24 hours at least', 3 * 3_600, 24 * 3_600],
    ['the life of a token that lives longer', 48 * 3_600, 48 * 3_600],
  ])('%s', async (_, tokenLife, remembered) => {
    const store = memoryStore();
    const complete = vi.spyOn(store, 'complete');
    const controlled = createControlledReceiver({ idempotency: store });
    const id = makeEventId();
    const now = Math.floor(Date.now() / 1000);
    await deliver(controlled, id, { claims: { iat: now, exp: now + tokenLife } });
    runAt(controlled, 0).succeed();
    await letRun();
    const retention = complete.mock.calls[0]?.[2] ?? 0;
    expect(Math.abs(retention - remembered * 1_000)).toBeLessThan(1_000);

    await moveClock(remembered * 1_000 - 2_000);
    expect(summarize(await deliver(controlled, id))).toBe('204');
    expect(controlled.runs).toHaveLength(1);
    await moveClock(4_000);
    await deliver(controlled, id);
    expect(controlled.runs).toHaveLength(2);
  });
});
