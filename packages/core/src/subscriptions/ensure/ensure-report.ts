import type { Mapping, Subscription, SubscriptionWarning, VerificationMethod } from '../subscription.js';

/**
 * Something that `ensure` did, or with `dryRun` would do. `why` is a sentence.
 *
 * @example
 * ```ts
 * for (const action of report.actions) console.log(action.kind, action.why);
 * ```
 */
export type PlannedAction =
  | {
      readonly kind: 'create';
      /** Known once it is done. */
      readonly id?: string;
      readonly sink: string;
      /** Full types. */
      readonly types: readonly string[];
      readonly mapping?: Mapping;
      readonly verificationMethod?: VerificationMethod;
      readonly why: string;
    }
  | {
      readonly kind: 'modify';
      readonly id: string;
      /** The new sink, when it moves. */
      readonly sink?: string;
      /** The whole new list, when it changes. */
      readonly types?: readonly string[];
      /** Full types that come to the list. */
      readonly add: readonly string[];
      /** Full types that leave the list. */
      readonly remove: readonly string[];
      /** The new mapping, when it changes. */
      readonly mapping?: Mapping;
      /** How a new sink is verified. */
      readonly verificationMethod?: VerificationMethod;
      readonly why: string;
    }
  | { readonly kind: 'delete'; readonly id: string; readonly why: string }
  | {
      readonly kind: 'verify';
      readonly id: string;
      readonly verificationMethod?: VerificationMethod;
      readonly why: string;
    };

/**
 * Something that stands in the way.
 *
 * @example
 * ```ts
 * for (const { code, type, message } of report.problems) console.error(code, type, message);
 * ```
 */
export interface EnsureProblem {
  /**
   * - `type-taken`: another subscription of this application has the type.
   * - `type-refused`: the service left the type out.
   * - `unverified`: the sink has not echoed a challenge yet.
   * - `verification-throttled`: not verified, and the next attempt has to wait for `retryAfter`.
   * - `unsettled`: somebody else changes the subscriptions at the same time.
   */
  readonly code: 'type-taken' | 'type-refused' | 'unverified' | 'verification-throttled' | 'unsettled';
  /** The full type that it is about. */
  readonly type?: string;
  /** The subscription that it is about, or that is in the way. */
  readonly subscriptionId?: string;
  /** Milliseconds after which it is worth trying again, where that is known. */
  readonly retryAfter?: number;
  /** What it is, why, and what to do. */
  readonly message: string;
}

/**
 * What `ensure` found and did.
 *
 * @example
 * ```ts
 * const report: EnsureReport = await client.ensure({ sink, types, dryRun: true });
 * console.log(report.status, report.actions.length);
 * ```
 */
export interface EnsureReport {
  /**
   * - `ready`: every type stands, and the sink is verified.
   * - `incomplete`: verified, but types are missing; `problems` says which and why.
   * - `unverified`: the subscription stands, but gets no events yet.
   * - `missing`: there is no subscription: none of the types can stand.
   * - `planned`: `dryRun`, and there is something to do.
   */
  readonly status: 'ready' | 'incomplete' | 'unverified' | 'missing' | 'planned';
  /** The subscription as it stands now; left out when there is none. */
  readonly subscription?: Subscription;
  /** Further subscriptions to the same sink that have some of the types. Mostly none. */
  readonly others: readonly Subscription[];
  /** Every type asked for that does not stand. Full types. */
  readonly missing: readonly string[];
  /** What was done, in its order; with `dryRun`, what would be done. */
  readonly actions: readonly PlannedAction[];
  readonly problems: readonly EnsureProblem[];
  /** Warnings that the service gave on the way. */
  readonly warnings: readonly SubscriptionWarning[];
}

/** What a plan writes to the subscriptions themselves. Verification comes when nothing is left to write. */
export type WriteAction = Exclude<PlannedAction, { kind: 'verify' }>;
