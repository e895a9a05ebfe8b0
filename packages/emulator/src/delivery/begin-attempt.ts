import type { Attempt } from '../model/attempt.js';
import type { Delivery } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import { buildRequest, type SignedRequest } from './build-request.js';

/** An attempt that is ready to be sent. */
export interface BegunAttempt extends Pick<Attempt, 'number' | 'at' | 'sentAt' | 'faults'> {
  readonly delivery: Delivery;
  readonly request: SignedRequest;
}

const attemptFaults: readonly FaultName[] = [
  'cut-request',
  'lose-answer',
  'expired-token',
  'wrong-signature',
];

/**
 * Makes an attempt ready: chooses its faults, signs its request, and counts it where it is a verification that was to
 * come by itself.
 *
 * @throws whatever the state throws when it can be neither read nor written.
 */
export function beginAttempt(service: Service, delivery: Delivery): BegunAttempt {
  const number = delivery.attempts + 1;
  if (delivery.kind === 'verification') countVerification(service, delivery);
  const faults = chooseFaults(service, delivery, number);
  const request = buildRequest(service, delivery, faults);
  return { delivery, request, number, at: service.clock.now(), sentAt: Date.now(), faults };
}

/** One that was asked for was counted then, at the time it was due; this one only now. */
function countVerification(service: Service, { subscriptionId, dueAt }: Delivery): void {
  const { state, changes, clock } = service;
  const subscription = state.subscriptions.find(subscriptionId);
  if (subscription === undefined || (subscription.lastVerificationAt ?? 0) >= (dueAt ?? 0)) return;
  const counted = {
    ...subscription,
    verificationAttempts: subscription.verificationAttempts + 1,
    lastVerificationAt: clock.now(),
  };
  writeTogether(service, () => {
    state.subscriptions.update(counted);
    changes.emit('subscription', counted);
  });
}

/** What was asked for with the event happens to its first attempt; the dice are thrown for each. */
function chooseFaults({ faults }: Service, delivery: Delivery, number: number): FaultName[] {
  if (delivery.kind === 'verification') return [];
  return attemptFaults.filter(
    (fault) =>
      (number === 1 && delivery.faults.includes(fault)) || faults.strikesAttempt(fault, delivery.id, number),
  );
}
