import type { ResolvedWorkerOptions } from './worker-options.js';

/**
 * Milliseconds until the next attempt: doubled with every failure, up to a limit, and spread over half of that so that
 * events which failed together do not come back together.
 *
 * @param failures - How many attempts have failed so far, this one included.
 */
export function delayAfter(
  failures: number,
  { firstDelay, longestDelay }: Pick<ResolvedWorkerOptions, 'firstDelay' | 'longestDelay'>,
): number {
  const full = Math.min(firstDelay * 2 ** (failures - 1), longestDelay);
  return Math.round(full * (0.5 + Math.random() / 2));
}
