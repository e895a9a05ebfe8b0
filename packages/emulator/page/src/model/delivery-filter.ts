import { computed, signal } from '@preact/signals';
import type { DeliverySummary } from '../../../src/control/views.js';
import type { DeliveryState } from '../../../src/model/delivery.js';
import { shortenType } from '../text/shorten-type.js';
import { deliveries } from './deliveries.js';

/** Only deliveries in this state are listed. */
export const stateFilter = signal<DeliveryState | 'all'>('all');

/** Only deliveries that hold every word of this text are listed. */
export const textFilter = signal('');

/** What is listed, the newest first. */
export const filteredDeliveries = computed<readonly DeliverySummary[]>(() => {
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

function searchableText(delivery: DeliverySummary): string {
  const { id, companyId, subscriptionId, sink, eventId, ids, lastStatus, reason, faults } = delivery;
  return [
    `#${id}`,
    shortenType(delivery),
    companyId,
    subscriptionId,
    sink,
    eventId,
    ids.join(' '),
    lastStatus,
    reason,
    faults.join(' '),
  ]
    .join(' ')
    .toLowerCase();
}
