import { maximumVerifications, verificationInterval } from '../delivery/settle-attempt.js';
import type { VerificationMethod } from '../model/subscription.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { ApiRefusal } from './api-refusal.js';
import type { Caller } from './caller.js';
import { startVerification } from './create-subscription.js';
import { findSubscription } from './find-subscription.js';

/**
 * Sends another verification request: at most 5 to a sink, 10 minutes apart on the emulator's clock. A subscription
 * that is verified needs none, and gets none.
 *
 * @param options.method - Not remembered from earlier requests. Default `header`.
 * @throws ApiRefusal 404; where the behaviour `throttledVerification` is `refused` also 429, with the seconds to wait,
 * and 409 when no request is left.
 */
export function requestVerification(
  service: Service,
  caller: Caller,
  { id, method }: { readonly id: string; readonly method?: VerificationMethod | undefined },
): void {
  const { clock, behaviour } = service;
  const subscription = findSubscription(service, caller, id);
  if (subscription.verified) return;
  const { verificationAttempts, lastVerificationAt } = subscription;
  const refusal = findThrottle(
    verificationAttempts,
    (lastVerificationAt ?? 0) + verificationInterval - clock.now(),
  );
  if (refusal === undefined) {
    writeTogether(service, () => startVerification(service, id, method));
  } else if (behaviour.throttledVerification === 'refused') {
    throw refusal;
  }
}

/** @param wait - Milliseconds until the next request may be sent. */
function findThrottle(attempts: number, wait: number): ApiRefusal | undefined {
  if (attempts >= maximumVerifications) {
    return new ApiRefusal(
      `All ${maximumVerifications} verification requests to this sink were sent. Delete the subscription and make it again.`,
      { status: 409 },
    );
  }
  if (wait <= 0) return undefined;
  const retryAfter = Math.ceil(wait / 1_000);
  return new ApiRefusal(
    `Verification requests are sent every 10 minutes at most. Ask again in ${retryAfter} seconds.`,
    { status: 429, retryAfter },
  );
}
