import { computed, signal } from '@preact/signals';
import type { Delivery, DeliveryState } from '../../../src/model/delivery.js';
import { shortenType } from '../text/shorten-type.js';
import { deliveries } from './deliveries.js';

/** Ids of one event that the text filter looks at: an event may have thousands. */
const searchedIds = 50;

/** Only deliveries in this state are listed. */
export const stateFilter = signal<DeliveryState | 'all'>('all');

/** Only deliveries that hold every word of this text are listed. */
export const textFilter = signal('');

/** What is listed, the newest first. */
export const filteredDeliveries = computed<readonly Delivery[]>(() => {
  const state = stateFilter.value;
  const words = textFilter.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (state === 'all' && words.length === 0) return deliveries.value;
  return deliveries.value.filter((delivery) => {
    if (state !== 'all' && delivery.state !== state) return false;
    if (words.length === 0) return true;
    const text = searchableText(delivery);
    return words.every((word) => text.includes(word));
  });
});

function searchableText(delivery: Delivery): string {
  const { id, companyId, subscriptionId, sink, eventId, ids, lastStatus, reason, faults } = delivery;
  return [
    `#${id}`,
    shortenType(delivery),
    companyId,
    subscriptionId,
    sink,
    eventId,
    ids.slice(0, searchedIds).join(' '),
    lastStatus,
    reason,
    faults.join(' '),
  ]
    .join(' ')
    .toLowerCase();
}
