import { maximumVerifications, verificationInterval } from '../delivery/verification-limits.js';
import type { Subscription } from '../model/subscription.js';
import type { SubscriptionView } from './views.js';

/** Adds what follows from a subscription. */
export function viewSubscription(subscription: Subscription): SubscriptionView {
  const { verified, verificationAttempts, lastVerificationAt, createdAt } = subscription;
  const attemptsLeft = verified ? 0 : Math.max(0, maximumVerifications - verificationAttempts);
  const next = lastVerificationAt === null ? createdAt : lastVerificationAt + verificationInterval;
  return { ...subscription, attemptsLeft, nextVerificationAt: attemptsLeft === 0 ? null : next };
}
