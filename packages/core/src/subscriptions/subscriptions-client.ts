import type { EnsureOptions } from './ensure/ensure-options.js';
import type { EnsureReport } from './ensure/ensure-report.js';
import type { RateLimit } from './rate-limit.js';
import type {
  NewSubscription,
  Subscription,
  SubscriptionChange,
  SubscriptionResult,
  VerificationMethod,
} from './subscription.js';

/** Options of every call. */
export interface CallOptions {
  /** Ends the call, repetitions included: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a verify call. */
export interface VerifyOptions extends CallOptions {
  /** The service does not remember it: say it with every call. Default `header`. */
  readonly verificationMethod?: VerificationMethod | undefined;
}

/**
 * The Subscriptions API of Fatture in Cloud, for one company and one application. Made by
 * {@link createSubscriptionsClient}.
 *
 * Every call throws `FicApiError` when the service does not do it, `FicWebhooksError` `access-token-unusable` when there
 * is no token, `InvalidOptionError` for input that cannot be sent, and the reason of a signal that aborts it.
 *
 * @example
 * ```ts
 * const client: SubscriptionsClient = createSubscriptionsClient({ companyId: 108061, accessToken });
 * for (const { id, sink, verified } of await client.list()) console.log(id, sink, verified);
 * ```
 */
export interface SubscriptionsClient {
  readonly companyId: number;
  /** What the last successful answer said of the quotas; empty before it. */
  readonly rateLimit: RateLimit;
  /** The subscriptions of this application in this company. */
  list(options?: CallOptions): Promise<Subscription[]>;
  get(id: string, options?: CallOptions): Promise<Subscription>;
  /**
   * Makes a subscription and lets the service verify its sink. Types that the service refuses are left out with a
   * warning, even all of them: `ensure` takes care of that.
   *
   * It is repeated only when nothing was made for certain. After a lost answer, look with `list`, as `ensure` does.
   */
  create(wanted: NewSubscription, options?: CallOptions): Promise<SubscriptionResult>;
  /** Changes what is given. `types` replaces the whole list. */
  modify(id: string, change: SubscriptionChange, options?: CallOptions): Promise<SubscriptionResult>;
  delete(id: string, options?: CallOptions): Promise<void>;
  /**
   * Asks the service for another verification request: at most 5 for a sink, 10 minutes apart. It is sent after the
   * answer, so look at `verified` later.
   */
  verify(id: string, options?: VerifyOptions): Promise<void>;
  /**
   * Makes the right subscription stand, with as few calls as it takes. It can be run again at any time: when all is as
   * it shall be, nothing is written.
   *
   * **The list of `types` is the list that stands**: types of the sink that are not in it are removed, unless
   * `keepOtherTypes` is set. Nothing is taken from subscriptions of other sinks, unless `takeOver` or `moveSinkFrom` says
   * so. `dryRun` gives the plan and writes nothing.
   *
   * @throws InvalidOptionError before anything is sent: `event-name-unknown` and `event-type-dead` with the nearest
   * valid name, `sink-missing`, `sink-invalid`, `sink-insecure`, `option-invalid`, `option-unknown`.
   *
   * @example
   * ```ts
   * const report = await client.ensure({ sink: 'https://example.com/webhooks/fic', types: ['entities.*'] });
   * if (report.status !== 'ready') for (const { message } of report.problems) console.error(message);
   * ```
   */
  ensure(options: EnsureOptions): Promise<EnsureReport>;
}
