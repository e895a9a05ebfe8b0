import { enqueueVerification } from '../delivery/enqueue.js';
import type { Delivery } from '../model/delivery.js';
import type { Mapping, Subscription, VerificationMethod } from '../model/subscription.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { admitTypes } from './admit-types.js';
import type { Caller } from './caller.js';
import { checkScopes } from './check-scopes.js';
import { checkSink } from './check-sink.js';

/** What a new subscription shall be. */
export interface NewSubscription {
  readonly sink: string;
  /** Full types, groups included. */
  readonly types: readonly string[];
  /** Default `binary`. */
  readonly mapping?: Mapping | undefined;
  /** Default `header`. */
  readonly verificationMethod?: VerificationMethod | undefined;
}

/** A subscription as it was made. */
export interface CreatedSubscription {
  readonly subscription: Subscription;
  readonly warnings: readonly string[];
  /** The verification request on its way to the sink. */
  readonly verification: Delivery;
}

/**
 * Makes a subscription and queues its first verification request. It is made even if every type is left out.
 *
 * @throws ApiRefusal 422 for a sink that the service would not take, 403 `NO_PERMISSION` for a scope that is missing.
 */
export function createSubscription(
  service: Service,
  caller: Caller,
  wanted: NewSubscription,
): CreatedSubscription {
  const { state, clock, sinkRules } = service;
  checkSink(wanted.sink, sinkRules);
  checkScopes(caller.application, wanted.types);
  return writeTogether(service, () => {
    const { types, warnings } = admitTypes(service, caller, { types: wanted.types });
    const { id } = state.subscriptions.insert({
      companyId: caller.companyId,
      applicationId: caller.application.id,
      sink: wanted.sink,
      types,
      mapping: wanted.mapping ?? 'binary',
      verified: false,
      verificationAttempts: 0,
      lastVerificationAt: null,
      verificationMethod: 'header',
      expiresAt: null,
      createdAt: clock.now(),
    });
    return { ...startVerification(service, id, wanted.verificationMethod), warnings };
  });
}

/** Queues a verification request, due now. Part of a larger change: to be run together with the rest of it. */
export function startVerification(
  service: Service,
  id: string,
  method: VerificationMethod = 'header',
): { subscription: Subscription; verification: Delivery } {
  const verification = enqueueVerification(service, read(service, id), method);
  return { subscription: read(service, id), verification };
}

function read({ state }: Service, id: string): Subscription {
  const subscription = state.subscriptions.find(id);
  if (subscription === undefined) throw new Error(`Subscription ${id} is gone in the middle of its change.`);
  return subscription;
}
