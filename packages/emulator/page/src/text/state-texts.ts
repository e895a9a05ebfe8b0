import type { DeliveryState } from '../../../src/model/delivery.js';

/** Each state of a delivery in one word. */
export const stateTexts: Readonly<Record<DeliveryState, string>> = {
  pending: 'Pending',
  sending: 'Sending',
  delivered: 'Delivered',
  dropped: 'Dropped',
  cancelled: 'Cancelled',
};
