import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaseKeeper } from '../../src/idempotency/lease-keeper.js';
import { freeClock, moveClock, standStill, stopClock } from './moved-clock.js';

beforeEach(stopClock);
afterEach(freeClock);

function keep(extend: () => boolean | Promise<boolean>, until = 60_000, startedAt = performance.now()) {
  const onLost = vi.fn<() => void>();
  const onOverrun = vi.fn<() => void>();
  const keeper = new LeaseKeeper({
    lease: 15_000,
    renewEvery: 5_000,
    until,
    extend,
    onLost,
    onOverrun,
    startedAt,
  });
  return { keeper, onLost, onOverrun };
}

/** Answers true after so many milliseconds, one after another. */
function slowly(...delays: number[]): () => Promise<boolean> {
  let call = 0;
  return () => new Promise((resolve) => setTimeout(() => resolve(true), delays[call++] ?? 0));
}

describe('LeaseKeeper', () => {
  it('counts a renewal from when it was sent, as the store may have received it at once', async () => {
    const { onLost } = keep(slowly(4_000, 1e9, 1e9, 1e9));
    await moveClock(19_990);
    expect(onLost).not.toHaveBeenCalled();
    await moveClock(10);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('does not fall behind when an early renewal is answered after a later one', async () => {
    // Sent at 5 s and answered at 16 s; sent at 10 s and answered at 11 s: the lease stands until 25 s.
    const { onLost } = keep(slowly(11_000, 1_000, 1e9, 1e9, 1e9));
    await moveClock(24_990);
    expect(onLost).not.toHaveBeenCalled();
    await moveClock(10);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('tells the end once and falls silent', async () => {
    const extend = vi.fn(() => true);
    const { onOverrun, onLost } = keep(extend, 7_000);
    await moveClock(100_000);
    expect(extend).toHaveBeenCalledTimes(1);
    expect(onOverrun).toHaveBeenCalledTimes(1);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('loses the claim once, even when several renewals say so', async () => {
    const { onLost } = keep(() => new Promise((resolve) => setTimeout(() => resolve(false), 9_000)));
    await moveClock(60_000);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it('does not renew what has certainly ended while the process stood still', async () => {
    const extend = vi.fn(() => true);
    const { onLost } = keep(extend);
    standStill(30_000);
    await moveClock(5_000);
    expect(onLost).toHaveBeenCalledTimes(1);
    expect(extend).not.toHaveBeenCalled();
  });

  it('made after the claim renews when the claim is due, not when it was made itself', async () => {
    const extend = vi.fn(() => true);
    keep(extend, 60_000, performance.now() - 3_000);
    await moveClock(1_999);
    expect(extend).not.toHaveBeenCalled();
    await moveClock(1);
    expect(extend).toHaveBeenCalledTimes(1);
    await moveClock(5_000);
    expect(extend).toHaveBeenCalledTimes(2);
  });

  it('made after the lease was over loses the claim at once', async () => {
    const extend = vi.fn(() => true);
    const { onLost } = keep(extend, 60_000, performance.now() - 20_000);
    await moveClock(1);
    expect(onLost).toHaveBeenCalledTimes(1);
    expect(extend).not.toHaveBeenCalled();
  });

  it('asks a store that fails no more often than one that answers', async () => {
    const extend = vi.fn((): boolean => {
      throw new Error('The store is away.');
    });
    keep(extend);
    await moveClock(60_000);
    expect(extend).toHaveBeenCalledTimes(2);
  });

  it('does nothing any more once stopped', async () => {
    const extend = vi.fn(() => true);
    const { keeper, onLost, onOverrun } = keep(extend);
    keeper.stop();
    await moveClock(100_000);
    expect(extend).not.toHaveBeenCalled();
    expect(onLost).not.toHaveBeenCalled();
    expect(onOverrun).not.toHaveBeenCalled();
  });
});
