import type { Changes } from '../changes.js';
import type { DeliveryEngine } from '../delivery/delivery-engine.js';
import { EmulatorError } from '../emulator-error.js';
import type { Delivery } from '../model/delivery.js';
import type { Subscription } from '../model/subscription.js';
import type { Service } from '../service.js';

/**
 * Waits until a verification request has come to an end.
 *
 * @returns The subscription, verified.
 * @throws EmulatorError `subscription-unverified` when the sink did not echo the challenge; `emulator-closed`.
 */
export async function awaitVerification(
  service: Service,
  engine: DeliveryEngine,
  { subscription, verification }: { readonly subscription: Subscription; readonly verification: Delivery },
): Promise<Subscription> {
  const outcome = await watch(service, engine, verification.id);
  const current = outcome && service.state.subscriptions.find(subscription.id);
  if (current?.verified === true) return current;
  if (outcome === undefined) {
    throw new EmulatorError(
      'emulator-closed',
      `The emulator was closed or reset before the sink ${subscription.sink} was verified.`,
    );
  }
  throw new EmulatorError(
    'subscription-unverified',
    `The sink ${subscription.sink} was not verified: ${outcome.reason ?? 'nothing came back.'} Check that the receiver runs, that it answers GET on this path, and that its public key is the one of this emulator.`,
    { field: 'sink' },
  );
}

/** The delivery once it has ended; undefined when it never will, because the emulator was closed or reset. */
async function watch(
  { changes }: Service,
  engine: DeliveryEngine,
  id: number,
): Promise<Delivery | undefined> {
  const done = new AbortController();
  try {
    return await Promise.race([
      endOf(changes, id, done.signal),
      // Nothing is announced when the emulator is closed; but then nothing is under way any more.
      engine.settled().then(
        () => undefined,
        () => undefined,
      ),
    ]);
  } finally {
    done.abort();
  }
}

function endOf(changes: Changes, id: number, signal: AbortSignal): Promise<Delivery | undefined> {
  return new Promise((resolve) => {
    const onReset = () => resolve(undefined);
    const onDelivery = (delivery: Delivery) => {
      if (delivery.id === id && !['pending', 'sending'].includes(delivery.state)) resolve(delivery);
    };
    changes.on('delivery', onDelivery).on('reset', onReset);
    signal.addEventListener('abort', () => changes.off('delivery', onDelivery).off('reset', onReset));
  });
}
