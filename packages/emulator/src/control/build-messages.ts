import type { ClockState } from '../model/clock-state.js';
import type { FaultSettings } from '../model/fault-settings.js';
import type { CollectedChanges } from './change-collector.js';
import { viewSubscription } from './subscription-view.js';
import type { StreamMessages } from './views.js';

/** One server-sent event. */
export type StreamMessage = {
  [Name in keyof StreamMessages]: { readonly name: Name; readonly data: StreamMessages[Name] };
}[keyof StreamMessages];

/** Reads what is told as it is now, whatever it was when it changed. */
export interface CurrentState {
  clock(): ClockState;
  faults(): FaultSettings;
}

/** What has changed, as messages: a reset first, because all the rest came after it. */
export function buildMessages(changes: CollectedChanges, now: CurrentState): StreamMessage[] {
  const { deliveries, moreDeliveries, subscriptions, deleted, moreSubscriptions } = changes;
  const messages: StreamMessage[] = [];
  if (changes.wasReset) messages.push({ name: 'reset', data: {} });
  if (changes.clock) messages.push({ name: 'clock', data: now.clock() });
  if (changes.faults) messages.push({ name: 'faults', data: now.faults() });
  if (subscriptions.size > 0 || deleted.size > 0 || moreSubscriptions) {
    messages.push({
      name: 'subscriptions',
      data: {
        changed: [...subscriptions.values()].map(viewSubscription),
        deleted: [...deleted].map(([id, why]) => ({ id, why })),
        more: moreSubscriptions,
      },
    });
  }
  if (deliveries.size > 0 || moreDeliveries) {
    const inOrder = [...deliveries.values()].sort((a, b) => a.id - b.id);
    messages.push({ name: 'deliveries', data: { deliveries: inOrder, more: moreDeliveries } });
  }
  return messages;
}
