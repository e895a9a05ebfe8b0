import type { Attempt, Verdict } from '../model/attempt.js';
import type { Delivery, DeliveryState } from '../model/delivery.js';
import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { enqueueVerification, enqueueWelcome } from './enqueue.js';

/** Verification requests per sink of a subscription. */
export const maximumVerifications = 5;

/** Milliseconds between verification requests. */
export const verificationInterval = 10 * 60_000;

/** Milliseconds from the first dropped event to the date after which an error deletes the subscription. */
const expiryPeriod = 10 * 24 * 3_600_000;

const endStates: Readonly<Record<Exclude<Verdict, 'retry'>, DeliveryState>> = {
  delivered: 'delivered',
  dropped: 'dropped',
  deleted: 'dropped',
};

/** Writes down what an attempt came to, and draws every consequence of it, all or nothing. */
export function settleAttempt(service: Service, delivery: Delivery, attempt: Attempt): void {
  const { state, changes } = service;
  const subscription = findSubscription(service, delivery);
  const settled = concludeDelivery(service, delivery, attempt, subscription);
  writeTogether(service, () => {
    state.attempts.insert(delivery.id, attempt);
    state.deliveries.progress(settled);
    changes.emit('delivery', settled);
    if (settled.state === 'pending') keepToken(service, attempt, delivery.id);
    if (subscription === undefined) return;
    if (delivery.kind === 'verification') {
      concludeVerification(service, subscription, attempt.verdict === 'delivered');
    } else {
      concludeNotification(service, subscription, attempt.verdict);
    }
  });
  if (settled.state === 'pending') service.wake(delivery.sink);
}

function concludeDelivery(
  service: Service,
  delivery: Delivery,
  attempt: Attempt,
  subscription: Subscription | undefined,
): Delivery {
  const { verdict, number, response, why } = attempt;
  const settled: Delivery = {
    ...delivery,
    state: verdict === 'retry' ? 'pending' : endStates[verdict],
    dueAt: null,
    attempts: number,
    lastStatus: response?.status ?? null,
    reason: why,
  };
  if (verdict !== 'retry') return settled;
  if (subscription === undefined) {
    return {
      ...settled,
      state: 'cancelled',
      reason: `${why} Meanwhile the subscription was deleted, or moved to another sink.`,
    };
  }
  const interval = service.behaviour.retryIntervals[number - 1] ?? 0;
  return { ...settled, dueAt: service.clock.now() + interval };
}

/** Undefined when it was deleted meanwhile, or moved: what an earlier sink says is no news of this one. */
function findSubscription({ state }: Service, { subscriptionId, sink }: Delivery): Subscription | undefined {
  const subscription = state.subscriptions.find(subscriptionId);
  return subscription?.sink === sink ? subscription : undefined;
}

/** Keeps the token for the retries that reuse it, unless a fault has spoiled it. */
function keepToken({ state, behaviour }: Service, { request, faults }: Attempt, deliveryId: number): void {
  const isSpoiled = faults.includes('wrong-signature') || faults.includes('expired-token');
  if (behaviour.retryToken === 'fresh' || isSpoiled) return;
  const [, authorization] = request.headers.find(([name]) => name === 'Authorization') ?? [];
  if (authorization !== undefined)
    state.deliveries.keepToken(deliveryId, authorization.slice('Bearer '.length));
}

function concludeVerification(service: Service, subscription: Subscription, isVerified: boolean): void {
  const { behaviour, clock } = service;
  // Another verification request was faster.
  if (subscription.verified) return;
  if (isVerified) {
    update(service, { ...subscription, verified: true });
    enqueueWelcome(service, subscription);
  } else if (subscription.verificationAttempts >= maximumVerifications) {
    if (behaviour.lostSubscription === 'deleted') {
      removeSubscription(service, subscription, 'Its fifth verification failed.');
    }
  } else if (behaviour.verificationRetries === 'automatic') {
    enqueueVerification(service, subscription, subscription.verificationMethod, {
      dueAt: clock.now() + verificationInterval,
    });
  }
}

function concludeNotification(service: Service, subscription: Subscription, verdict: Verdict): void {
  const { expiresAt } = subscription;
  const now = service.clock.now();
  const isError =
    verdict === 'dropped' || (verdict === 'retry' && service.behaviour.expiryError === 'attempt');
  if (verdict === 'delivered') {
    if (expiresAt !== null) update(service, { ...subscription, expiresAt: null });
  } else if (verdict === 'deleted') {
    removeSubscription(service, subscription, 'Its sink answered 410.');
  } else if (isError && expiresAt !== null && now > expiresAt) {
    removeSubscription(service, subscription, 'An error came after its expiry date.');
  } else if (verdict === 'dropped' && expiresAt === null) {
    update(service, { ...subscription, expiresAt: now + expiryPeriod });
  }
}

function update({ state, changes }: Service, subscription: Subscription): void {
  state.subscriptions.update(subscription);
  changes.emit('subscription', subscription);
}

/** Deletes a subscription and cancels what waits for it. To be called within {@link writeTogether}. */
export function removeSubscription(
  { state, changes }: Service,
  subscription: Subscription,
  why: string,
): void {
  state.subscriptions.remove(subscription.id);
  const cancelled = state.deliveries.cancelPending(subscription.id, `The subscription was deleted. ${why}`);
  for (const delivery of cancelled) changes.emit('delivery', delivery);
  changes.emit('subscriptionDeleted', subscription.id, why);
}
