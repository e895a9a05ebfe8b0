import { EmulatorError } from '../emulator-error.js';
import type { Delivery } from '../model/delivery.js';
import type { Service } from '../service.js';
import { repeatDelivery } from './enqueue.js';

/**
 * Sends a delivery again.
 *
 * @throws EmulatorError `delivery-unknown`; `delivery-not-replayable` for a verification.
 */
export function replayDelivery(service: Service, id: number): Delivery {
  const found = findDelivery(service, id);
  if (found.kind !== 'verification') return repeatDelivery(service, found);
  throw new EmulatorError(
    'delivery-not-replayable',
    `id: delivery ${id} is a verification, which cannot be replayed. Ask for another verification of its subscription instead.`,
    { field: 'id' },
  );
}

function findDelivery({ state }: Service, id: number): Delivery {
  const found = state.deliveries.find(id);
  if (found !== undefined) return found;
  throw unknownDelivery(String(id));
}

/** The error for a delivery that is not there. */
export function unknownDelivery(id: string): EmulatorError {
  return new EmulatorError(
    'delivery-unknown',
    `id: there is no delivery ${id}. It may have been forgotten: of those that have ended only the newest are kept.`,
    { field: 'id' },
  );
}
