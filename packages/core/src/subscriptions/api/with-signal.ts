/** What {@link withSignal} aborts with when the time is over. */
export const timeIsOver = new Error('The time is over.');

/** What ends a piece of work before it is done. */
export interface SignalSources {
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Milliseconds; then it ends with {@link timeIsOver}. */
  readonly timeout?: number;
}

/**
 * Runs something that ends at once when one of several signals aborts or the time is over, even if it disregards its
 * signal. Then it rejects with the reason.
 *
 * `AbortSignal.any` would do for the signals, but on Node.js 20 what it makes stays in memory as long as a signal that
 * lives with the process: https://github.com/nodejs/node/issues/54614
 */
export async function withSignal<Result>(
  { signals, timeout }: SignalSources,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  for (const source of signals) source?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const undo: (() => void)[] = [];
  for (const source of signals) {
    if (source === undefined) continue;
    const pass = () => controller.abort(source.reason);
    source.addEventListener('abort', pass, { once: true });
    undo.push(() => source.removeEventListener('abort', pass));
  }
  if (timeout !== undefined) {
    const timer = setTimeout(() => controller.abort(timeIsOver), timeout);
    undo.push(() => clearTimeout(timer));
  }
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([run(signal), ended]);
  } catch (error) {
    // Whatever form the abortion took inside, such as the AbortError of another fetch.
    throw signal.aborted ? signal.reason : error;
  } finally {
    for (const step of undo) step();
  }
}
