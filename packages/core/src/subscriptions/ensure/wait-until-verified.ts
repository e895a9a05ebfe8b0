import type { Subscription } from '../subscription.js';
import type { EnsureContext } from './ensure-context.js';
import { isGone } from './is-gone.js';

/** Milliseconds between two looks: the first, doubled each time, and the longest. */
const firstPause = 250;
const longestPause = 5_000;

/**
 * Looks until a subscription is verified, or the time is over.
 *
 * @returns It as it is then; undefined when it is gone.
 */
export async function waitUntilVerified(
  { client, clock }: EnsureContext,
  subscription: Subscription,
  { within, signal }: { readonly within: number; readonly signal: AbortSignal },
): Promise<Subscription | undefined> {
  let current = subscription;
  let pause = firstPause;
  for (let waited = 0; waited < within && !current.verified; waited += pause) {
    pause = Math.min(waited === 0 ? firstPause : pause * 2, longestPause, within - waited);
    await clock.sleep(pause, { signal });
    try {
      current = await client.get(subscription.id, { signal });
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
  return current;
}
