import type { Attempt, Verdict } from '../model/attempt.js';
import type { Delivery, DeliveryState } from '../model/delivery.js';
import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { enqueueWelcome, scheduleVerification } from './enqueue.js';
import { maximumVerifications } from './verification-limits.js';

/** Milliseconds from the first dropped event to the date after which an error deletes the subscription. */
const expiryPeriod = 10 * 24 * 3_600_000;

const endStates: Readonly<Record<Exclude<Verdict, 'retry'>, DeliveryState>> = {
  delivered: 'delivered',
  dropped: 'dropped',
  deleted: 'dropped',
};

/**
 * Writes down what an attempt came to, and draws every consequence of it, all or nothing.
 *
 * @returns The bytes of the attempt as written.
 */
export function settleAttempt(service: Service, delivery: Delivery, attempt: Attempt): number {
  const { state, changes, clock } = service;
  const subscription = findSubscription(service, delivery);
  const settled = concludeDelivery(service, delivery, attempt, subscription);
  const bytes = writeTogether(service, () => {
    const addedBytes = state.attempts.insert(delivery.id, attempt);
    state.deliveries.progress(settled, { addedBytes });
    changes.emit('delivery', settled);
    if (settled.state === 'pending') keepToken(service, attempt, delivery.id);
    if (delivery.kind === 'verification') {
      concludeVerification(service, subscription, attempt.verdict === 'delivered');
    } else {
      concludeNotification(service, subscription, attempt.verdict);
      for (const released of state.deliveries.release(delivery, clock.now()))
        changes.emit('delivery', released);
    }
    return addedBytes;
  });
  if (settled.state === 'pending') service.wake(delivery.sink);
  return bytes;
}

function concludeDelivery(
  service: Service,
  delivery: Delivery,
  attempt: Attempt,
  subscription: Subscription | undefined,
): Delivery {
  const { verdict, number, response, why } = attempt;
  const { clock, behaviour } = service;
  const settled: Delivery = {
    ...delivery,
    state: verdict === 'retry' ? 'pending' : endStates[verdict],
    dueAt: null,
    endedAt: clock.now(),
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
  const interval = behaviour.retryIntervals[number - 1] ?? 0;
  return { ...settled, dueAt: clock.now() + interval, endedAt: null };
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

function concludeVerification(
  service: Service,
  subscription: Subscription | undefined,
  isVerified: boolean,
): void {
  const { behaviour } = service;
  // When it is verified already, another verification request was faster.
  if (subscription === undefined || subscription.verified) return;
  if (isVerified) {
    update(service, { ...subscription, verified: true });
    enqueueWelcome(service, subscription);
  } else if (subscription.verificationAttempts >= maximumVerifications) {
    if (behaviour.lostSubscription === 'deleted') {
      removeSubscription(service, subscription, 'Its fifth verification failed.');
    }
  } else if (behaviour.verificationRetries === 'automatic') {
    scheduleVerification(service, subscription);
  }
}

function concludeNotification(
  service: Service,
  subscription: Subscription | undefined,
  verdict: Verdict,
): void {
  if (subscription === undefined) return;
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
  { state, changes, clock }: Service,
  subscription: Subscription,
  why: string,
): void {
  state.subscriptions.remove(subscription.id);
  const cancelled = state.deliveries.cancelPending(subscription.id, {
    now: clock.now(),
    why: `The subscription was deleted. ${why}`,
  });
  for (const delivery of cancelled) changes.emit('delivery', delivery);
  changes.emit('subscriptionDeleted', subscription.id, why);
}
