import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, Emulator } from '@fic-webhooks/emulator';

/** Milliseconds. A sink has five seconds, unless the behaviour `answerTimeout` gives it more. */
const longestWait = 10_000;
const interval = 50;

/** What {@link awaitVerification} works with. */
export interface AwaitVerificationOptions {
  readonly emulator: Emulator;
  /** The id of the subscription. */
  readonly id: string;
  readonly signal: AbortSignal;
}

/**
 * Waits until no verification request to a sink is under way.
 *
 * @returns The last one; undefined when there was none, or when it takes too long.
 */
export async function awaitVerification({
  emulator,
  id,
  signal,
}: AwaitVerificationOptions): Promise<Delivery | undefined> {
  const ends = Date.now() + longestWait;
  // One that comes by itself later tells nothing yet.
  let last: Delivery | undefined = emulator
    .deliveries({ limit: 1_000 })
    .find((one) => isVerification(one, id) && (one.endedAt !== null || isUnderWay(one, emulator)));
  while (last !== undefined && isUnderWay(last, emulator)) {
    if (signal.aborted || Date.now() > ends) return undefined;
    // Only an abort rejects it, and the loop looks at that.
    await delay(interval, undefined, { signal }).catch(() => {});
    last = emulator.delivery(last.id);
  }
  return last;
}

/** Whether a delivery is a verification request of a subscription. */
export function isVerification({ kind, subscriptionId }: Delivery, id: string): boolean {
  return kind === 'verification' && subscriptionId === id;
}

function isUnderWay({ state, dueAt }: Delivery, emulator: Emulator): boolean {
  return state === 'sending' || (state === 'pending' && (dueAt ?? 0) <= emulator.clock().now);
}
