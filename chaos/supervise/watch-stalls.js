import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks. */
const every = 100;
/** Milliseconds that a look may be late before it is worth a record: leases are renewed more often than they end. */
const late = 400;

/**
 * Records when this process stood still because the machine had no time for it. A lease that is lost in that way is no
 * fault of an inbox, and nothing else tells of it.
 *
 * @param {(stall: { from: number, to: number }) => void} onStall Milliseconds since the epoch.
 * @returns {() => void} Ends it.
 */
export function watchStalls(onStall) {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > every + late) onStall({ from: last, to: now });
    last = now;
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Uses a store again and again, and records when that took long or could not be done, for whatever reason.
 *
 * @param {() => Promise<unknown>} use
 * @param {(stall: { from: number, to: number }) => void} onStall
 * @param {AbortSignal} signal
 */
export async function watchStore(use, onStall, signal) {
  /** When the first use began of those that failed. @type {number | undefined} */
  let failingFrom;
  while (!signal.aborted) {
    const from = Date.now();
    const isDone = await use().then(
      () => true,
      () => false,
    );
    const to = Date.now();
    if (!isDone) failingFrom ??= from;
    else {
      if (failingFrom !== undefined || to - from > late) onStall({ from: failingFrom ?? from, to });
      failingFrom = undefined;
    }
    await pause(every);
  }
  if (failingFrom !== undefined) onStall({ from: failingFrom, to: Date.now() });
}
