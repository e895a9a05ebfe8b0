/**
 * What can go wrong on request.
 *
 * On deliveries:
 * - `duplicate`: the delivery is sent a second time, under the same event id.
 * - `reorder`: the delivery is held back until the next one to its sink was sent, for `delayBy` at most.
 * - `delay`: the first attempt waits for `delayBy`.
 * - `cut-request`: the connection is dropped in the middle of the request.
 * - `lose-answer`: the sink gets the whole request; its answer is lost.
 * - `expired-token`: the token expired an hour ago.
 * - `wrong-signature`: the token is signed with another key.
 *
 * A verification request never has a fault: a sink that is not verified gets nothing that a fault could happen to.
 *
 * On calls of the Subscriptions API:
 * - `api-error`: the call is answered with 500.
 * - `api-quota`: the call is answered as if the quota of `quotaWindow` were used up.
 */
export const faultNames = [
  'duplicate',
  'reorder',
  'delay',
  'cut-request',
  'lose-answer',
  'expired-token',
  'wrong-signature',
  'api-error',
  'api-quota',
] as const;

/** The name of a fault. */
export type FaultName = (typeof faultNames)[number];

/** The quotas of the Subscriptions API: 300 per 5 minutes, 1,000 per hour, 40,000 per month. */
export type QuotaWindow = '5-minutes' | 'hour' | 'month';

/**
 * Which faults happen, and how often. The dice begin anew with the start of the emulator, with each reset and with each
 * seed that is set: the same calls after that have the same faults.
 */
export interface FaultSettings {
  /** Where the dice begin. Default 1. */
  readonly seed: number;
  /** For each fault the probability, from 0 (never, the default) to 1 (always). */
  readonly probabilities: Readonly<Record<FaultName, number>>;
  /** Milliseconds that `delay` holds a delivery back, and `reorder` at most. Default 2,000. */
  readonly delayBy: number;
  /** What `api-quota` claims to be used up. Default `hour`. */
  readonly quotaWindow: QuotaWindow;
}

/** A change of the faults: what is left out stays as it is. */
export interface FaultChange {
  /** Where the dice begin: any integer. They begin anew, also with the seed that they have. */
  seed?: number | undefined;
  /** Probabilities by name, from 0 to 1. */
  probabilities?: Partial<Record<FaultName, number | undefined>> | undefined;
  /** Milliseconds that `delay` holds a delivery back, and `reorder` at most. */
  delayBy?: number | undefined;
  /** The quota that `api-quota` claims to be used up. */
  quotaWindow?: QuotaWindow | undefined;
}

/** No faults. */
export const noFaults: FaultSettings = {
  seed: 1,
  probabilities: Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>,
  delayBy: 2_000,
  quotaWindow: 'hour',
};
