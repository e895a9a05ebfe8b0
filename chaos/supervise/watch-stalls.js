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
 * Asks a store again and again, and records when it took long to answer, for whatever reason.
 *
 * @param {() => Promise<unknown>} ask
 * @param {(stall: { from: number, to: number }) => void} onStall
 * @param {AbortSignal} signal
 */
export async function watchStore(ask, onStall, signal) {
  while (!signal.aborted) {
    const from = Date.now();
    const isAnswered = await ask().then(
      () => true,
      () => false,
    );
    const to = Date.now();
    if (!isAnswered || to - from > late) onStall({ from, to });
    await pause(every);
  }
}
