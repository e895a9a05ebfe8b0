import type { EventGroupName } from '../../events/event-name.js';
import type { EventPattern } from '../../events/event-pattern.js';
import type { Mapping, VerificationMethod } from '../subscription.js';

/**
 * What can be subscribed to: a short name, a full type, a group such as `entities.all.create`, or a pattern in which `*`
 * stands for one or more segments.
 */
export type SubscribableType = EventPattern | EventGroupName;

/**
 * The subscription that shall stand. All durations are milliseconds.
 *
 * @example
 * ```ts
 * const options: EnsureOptions = {
 *   sink: 'https://example.com/webhooks/fic',
 *   types: ['entities.*', 'issued_documents.invoices.create'],
 *   mapping: 'structured',
 * };
 * ```
 */
export interface EnsureOptions {
  /** The URL of the receiver, to the letter as it shall stand in the tokens. HTTPS, or HTTP on loopback. */
  sink: string;
  /**
   * What to subscribe to, at least one. Groups and patterns become the single types that are really sent. The list is
   * the list that stands: see `keepOtherTypes`.
   */
  types: readonly SubscribableType[];
  /** Left out, a new subscription is `binary`, and one that exists stays as it is. */
  mapping?: Mapping | undefined;
  /** How the sink is verified. Default `header`. */
  verificationMethod?: VerificationMethod | undefined;
  /** True: types of this sink that are not asked for stay. Default false: they are removed. */
  keepOtherTypes?: boolean | undefined;
  /**
   * The id or the sink of a subscription to move to this sink, when none stands there yet. It gets no events until the
   * new sink is verified. Left out, nothing is ever moved.
   */
  moveSinkFrom?: string | undefined;
  /**
   * True: types that other sinks of this application have are taken from them; a subscription left without types is
   * deleted. That comes first, as a type belongs to one subscription only: there are no events of it until the new sink is
   * verified, and `moveSinkFrom` keeps a subscription that has it. Default false: they are reported as problems.
   */
  takeOver?: boolean | undefined;
  /** True: types that the catalogue does not have are sent as they are, for types newer than this version. Default false: they throw. */
  allowUnknownTypes?: boolean | undefined;
  /** How long to wait until the sink is verified. Default 30,000; 0 looks once. */
  verifyWithin?: number | undefined;
  /** True: nothing is written; the report has the plan. Default false. */
  dryRun?: boolean | undefined;
  /** Ends it: it rejects with the signal's reason. What was written until then stays. */
  signal?: AbortSignal | undefined;
}
