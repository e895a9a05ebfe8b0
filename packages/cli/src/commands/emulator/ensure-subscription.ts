import {
  createSubscriptionsClient,
  type EnsureReport,
  type PlannedAction,
} from '@fic-webhooks/core/subscriptions';
import type { Emulator, Subscription } from '@fic-webhooks/emulator';
import type { WantedSubscription } from './read-subscription.js';
import { withoutApiFaults } from './without-api-faults.js';

/** Verification requests that a sink gets. One that has had them all can never be verified. */
const maximumVerifications = 5;

/** What {@link ensureSubscription} works with. */
export interface EnsureSubscriptionOptions {
  readonly emulator: Emulator;
  readonly wanted: WantedSubscription;
  /** The one of the application. */
  readonly accessToken: string;
  readonly signal: AbortSignal;
}

/** What was done to make a subscription stand. */
export interface EnsuredSubscription extends Pick<EnsureReport, 'problems'> {
  /** Those of the sink that have the types, the best first: one, unless there were several before. */
  readonly ids: readonly string[];
  /** What was written, in its order. */
  readonly actions: readonly PlannedAction[];
  /** Those of the company and the application, as they were before. */
  readonly before: readonly Subscription[];
}

/**
 * Makes the subscription of the command line stand, through the emulator's Subscriptions API: with this sink, these
 * types and this mapping. A type belongs to one subscription only, so whatever other sinks have of the types is taken
 * from them. A single subscription to another sink is moved.
 *
 * @throws FicApiError when the API refuses a call; the signal's reason.
 */
export async function ensureSubscription({
  emulator,
  wanted,
  accessToken,
  signal,
}: EnsureSubscriptionOptions): Promise<EnsuredSubscription> {
  const { sink, types, companyId, mapping, verificationMethod } = wanted;
  const before = findOwn(emulator, wanted);
  const lost = before.filter((one) => one.sink === sink && isLost(one));
  const elsewhere = before.filter((one) => one.sink !== sink);
  const client = createSubscriptionsClient({
    companyId,
    accessToken,
    baseUrl: emulator.url,
    // The emulator may listen on an address of the network. Which sinks it takes, it says itself.
    allowHttp: true,
    // What fails on a service of one's own fails again.
    retries: 0,
    signal,
  });
  return withoutApiFaults(emulator, async () => {
    for (const { id } of lost) await client.delete(id);
    const { subscription, others, actions, problems } = await client.ensure({
      sink,
      types,
      mapping,
      verificationMethod,
      takeOver: true,
      moveSinkFrom: elsewhere.length === 1 ? elsewhere[0]?.id : undefined,
      // How the verification ends, the emulator tells better than its API.
      verifyWithin: 0,
    });
    const deletions = lost.map(({ id }) => ({ kind: 'delete', id, why: lostReason }) as const);
    const ids = [subscription, ...others].flatMap((one) => one?.id ?? []);
    return { ids, actions: [...deletions, ...actions], problems, before };
  });
}

/** The subscriptions of the company and the application. */
export function findOwn(
  emulator: Emulator,
  { companyId, applicationId }: WantedSubscription,
): Subscription[] {
  return emulator
    .subscriptions()
    .filter((one) => one.companyId === companyId && one.applicationId === applicationId);
}

const lostReason = 'All its verification requests were sent in vain.';

/** Whether a subscription can never be verified any more. */
export function isLost({ verified, verificationAttempts }: Subscription): boolean {
  return !verified && verificationAttempts >= maximumVerifications;
}
