import type { Clock } from '../clock.js';
import type { EnsureOptions } from '../ensure/ensure-options.js';
import type { EnsureReport } from '../ensure/ensure-report.js';
import type { SubscriptionsClient } from '../subscriptions-client.js';
import type { KeeperAlert } from './keeper-alert.js';

/**
 * Options of {@link keepSubscribed}. All durations are milliseconds.
 *
 * @example
 * ```ts
 * const options: KeeperOptions = {
 *   client,
 *   ensure: { sink: 'https://example.com/webhooks/fic', types: ['entities.*'] },
 *   every: 60 * 60_000,
 *   onAlert: ({ code, message }) => console.error(code, message),
 * };
 * ```
 */
export interface KeeperOptions {
  /** A client made by `createSubscriptionsClient`. */
  client: Pick<SubscriptionsClient, 'ensure'>;
  /** The subscription that shall stand. */
  ensure: Omit<EnsureOptions, 'dryRun' | 'signal'>;
  /**
   * The time between checks. Default 900,000: 15 minutes, which takes about 3,000 of the 40,000 calls in a month. A check
   * that failed is repeated earlier, and so is one that found the sink unverified.
   */
  every?: number | undefined;
  /** Told of trouble, at most once per code and check. What it throws is swallowed. */
  onAlert?: ((alert: KeeperAlert) => unknown) | undefined;
  /** Told of every check that could be made. What it throws is swallowed. */
  onReport?: ((report: EnsureReport) => unknown) | undefined;
  /** Ends the keeper, as `close` does. */
  signal?: AbortSignal | undefined;
  /** Another clock, for tests. */
  clock?: Clock | undefined;
}
