import { type Emulator, EmulatorError, type Subscription } from '@fic-webhooks/emulator';
import type { WantedSubscription } from './read-subscription.js';

/** What is needed to ask for a verification. */
export interface VerificationWish {
  readonly emulator: Emulator;
  readonly subscription: Subscription;
  readonly method: WantedSubscription['verificationMethod'];
}

/**
 * Asks for another verification of a subscription. It counts as one of the five, and may come too early.
 *
 * @returns What became of it, in one sentence.
 * @throws EmulatorError `subscription-refused`
 */
export async function requestVerification({
  emulator,
  subscription: { id },
  method,
}: VerificationWish): Promise<string> {
  const response = await fetch(`${emulator.inspectorUrl}subscriptions/${id}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method }),
  });
  if (response.ok) return ((await response.json()) as { why: string }).why;
  throw new EmulatorError(
    'subscription-refused',
    `Another verification of ${id} was refused with ${response.status}: ${await response.text()}`,
  );
}
