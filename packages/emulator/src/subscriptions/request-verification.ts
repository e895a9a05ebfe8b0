import { maximumVerifications, verificationInterval } from '../delivery/verification-limits.js';
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
 * @returns False when nothing is sent.
 * @throws ApiRefusal 404; where the behaviour `throttledVerification` is `refused` also 429, with the seconds to wait,
 * and 409 when no request is left.
 */
export function requestVerification(
  service: Service,
  caller: Caller,
  { id, method }: { readonly id: string; readonly method?: VerificationMethod | undefined },
): boolean {
  const { state, clock, behaviour } = service;
  const subscription = findSubscription(service, caller, id);
  if (subscription.verified) return false;
  const { verificationAttempts, lastVerificationAt } = subscription;
  const refusal = findThrottle({
    attempts: verificationAttempts,
    wait: (lastVerificationAt ?? 0) + verificationInterval - clock.now(),
    isWaiting: state.deliveries.isVerificationWaiting(id),
  });
  if (refusal !== undefined) {
    if (behaviour.throttledVerification === 'refused') throw refusal;
    return false;
  }
  writeTogether(service, () => startVerification(service, id, method));
  return true;
}

interface Throttle {
  readonly attempts: number;
  /** Milliseconds until the next request may be sent. */
  readonly wait: number;
  /** True: one waits for its time, or for a free place. */
  readonly isWaiting: boolean;
}

function findThrottle({ attempts, wait, isWaiting }: Throttle): ApiRefusal | undefined {
  if (attempts >= maximumVerifications) {
    return new ApiRefusal(
      `All ${maximumVerifications} verification requests to this sink were sent. Delete the subscription and make it again.`,
      { status: 409 },
    );
  }
  if (wait <= 0 && !isWaiting) return undefined;
  const retryAfter = Math.max(1, Math.ceil(wait / 1_000));
  return new ApiRefusal(
    `Verification requests are sent every 10 minutes at most. Ask again in ${retryAfter} seconds.`,
    { status: 429, retryAfter },
  );
}
