import { removeSubscription } from '../delivery/settle-attempt.js';
import type { Service } from '../service.js';
import { writeTogether } from '../state/write-together.js';
import type { Caller } from './caller.js';
import { findSubscription } from './find-subscription.js';

/**
 * Deletes a subscription. What waits for its sink is cancelled.
 *
 * @throws ApiRefusal 404.
 */
export function deleteSubscription(service: Service, caller: Caller, id: string): void {
  writeTogether(service, () => {
    const subscription = findSubscription(service, caller, id);
    removeSubscription(service, subscription, 'The application asked for it.');
  });
}
