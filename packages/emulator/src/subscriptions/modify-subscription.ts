import type { Mapping, Subscription, VerificationMethod } from '../model/subscription.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { admitTypes } from './admit-types.js';
import type { Caller } from './caller.js';
import { checkScopes } from './check-scopes.js';
import { checkSink } from './check-sink.js';
import { startVerification } from './create-subscription.js';
import { findSubscription } from './find-subscription.js';

/** A change of a subscription: what is left out stays as it is. */
export interface SubscriptionChange {
  readonly sink?: string | undefined;
  /** Replaces the whole list. Full types, groups included. */
  readonly types?: readonly string[] | undefined;
  readonly mapping?: Mapping | undefined;
  /** How a new sink is verified. Default `header`. */
  readonly verificationMethod?: VerificationMethod | undefined;
}

/** A subscription as it was changed. */
export interface ModifiedSubscription {
  readonly subscription: Subscription;
  readonly warnings: readonly string[];
}

/**
 * Changes a subscription. A new sink must be verified anew, and what waits for the old one is cancelled.
 *
 * @throws ApiRefusal 404; 422 for a sink that the service would not take; 403 `NO_PERMISSION` for a missing scope.
 */
export function modifySubscription(
  service: Service,
  caller: Caller,
  { id, change }: { readonly id: string; readonly change: SubscriptionChange },
): ModifiedSubscription {
  const { state, changes, clock, sinkRules } = service;
  const before = findSubscription(service, caller, id);
  const isMoved = change.sink !== undefined && change.sink !== before.sink;
  if (change.sink !== undefined && isMoved) checkSink(change.sink, sinkRules);
  if (change.types !== undefined) checkScopes(caller.application, change.types);

  return writeTogether(service, () => {
    const { types, warnings } =
      change.types === undefined
        ? { types: before.types, warnings: [] }
        : admitTypes(service, caller, { types: change.types, except: id });
    const changed: Subscription = {
      ...before,
      types,
      mapping: change.mapping ?? before.mapping,
      sink: change.sink ?? before.sink,
      // An expiry date stays: that it would be forgotten is not published.
      ...(isMoved && { verified: false, verificationAttempts: 0, lastVerificationAt: null }),
    };
    state.subscriptions.update(changed);
    if (!isMoved) {
      changes.emit('subscription', changed);
      return { subscription: changed, warnings };
    }
    const why = 'The subscription was moved to another sink.';
    const cancelled = state.deliveries.cancelPending(id, { now: clock.now(), why });
    for (const delivery of cancelled) changes.emit('delivery', delivery);
    const { subscription } = startVerification(service, id, change.verificationMethod);
    return { subscription, warnings };
  });
}
