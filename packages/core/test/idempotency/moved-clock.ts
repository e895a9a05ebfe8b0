import { vi } from 'vitest';

/** Real milliseconds after which a condition that never comes true fails its test. */
const patience = 5_000;

/**
 * Puts timers, `Date` and `performance.now()` under the test's control. Signatures are still checked by the real
 * thread pool, so a test waits for a condition and never for a time.
 */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const start = Date.now();
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - start);
}

/** Gives the clock back. */
export function freeClock(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
}

/** Lets time pass: timers fire when they are due. */
export async function moveClock(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await letRun();
}

/** The process stands still: time passes, and no timer fires meanwhile. */
export function standStill(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

/** Lets everything run that waits for no timer and no other thread. */
export async function letRun(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once the condition holds; rejects after five real seconds. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = process.hrtime.bigint() + BigInt(patience) * 1_000_000n;
  while (!condition()) {
    if (process.hrtime.bigint() > deadline) throw new Error(`Waited for ${what} for ${patience} ms.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await letRun();
}
