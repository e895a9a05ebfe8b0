import ms from 'ms';
import { maximumVerifications, verificationInterval } from '../delivery/verification-limits.js';
import { EmulatorError } from '../emulator-error.js';
import type { Subscription, VerifyOptions, VerifyResult } from '../model/subscription.js';
import type { Service } from '../service.js';
import { ApiRefusal } from './api-refusal.js';
import { findOwned } from './find-owned.js';
import { requestVerification } from './request-verification.js';

/**
 * Asks for another verification request, as the Subscriptions API would, and says what became of it.
 *
 * @throws EmulatorError `subscription-unknown`; `verification-refused` where the behaviour `throttledVerification` says so.
 */
export function verifySubscription(
  service: Service,
  id: string,
  { method }: VerifyOptions = {},
): VerifyResult {
  const { owner } = findOwned(service, id);
  const sent = request(() => requestVerification(service, owner, { id, method }));
  const { subscription } = findOwned(service, id);
  const why = sent ? 'It is on its way.' : explainSilence(subscription, service.clock.now());
  return { subscription, sent, why };
}

function request(ask: () => boolean): boolean {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    throw new EmulatorError('verification-refused', error.message, { field: 'id', cause: error });
  }
}

function explainSilence(
  { verified, verificationAttempts, lastVerificationAt }: Subscription,
  now: number,
): string {
  if (verified) return 'It is verified already.';
  if (verificationAttempts >= maximumVerifications) {
    return 'All five requests to this sink were sent. Delete it and make it again.';
  }
  const wait = (lastVerificationAt ?? 0) + verificationInterval - now;
  return wait > 0
    ? `The next request is allowed in ${ms(wait, { long: true })}: there are 10 minutes between two.`
    : 'One waits to be sent already.';
}
