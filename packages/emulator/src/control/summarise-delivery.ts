import type { Delivery } from '../model/delivery.js';
import type { DeliverySummary } from './views.js';

/** Ids of one delivery that a list holds: an event may have 10,000. */
const maximumIds = 50;

/** A delivery as it stands in a list, with the first of its ids. */
export function summariseDelivery(delivery: Delivery): DeliverySummary {
  const { ids } = delivery;
  return { ...delivery, ids: ids.slice(0, maximumIds), idCount: ids.length };
}
