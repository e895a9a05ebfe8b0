import type {
  AdvanceRequest,
  DeliveryPageView,
  DeliveryView,
  ReplayView,
  StateView,
  SubscribeRequest,
  SubscriptionView,
  VerifyView,
} from '../../../src/control/views.js';
import type { ClockState } from '../../../src/model/clock-state.js';
import type { EmitResult, EmittedEvent } from '../../../src/model/emitted-event.js';
import type { FaultChange, FaultSettings } from '../../../src/model/fault-settings.js';
import type { VerifyOptions } from '../../../src/model/subscription.js';
import { callControlApi, callForText } from './call-control-api.js';

/** Everything but the deliveries. */
export function fetchState(): Promise<StateView> {
  return callControlApi({ path: 'state' });
}

/** Deliveries, the newest first, below the id `before`. */
export function fetchDeliveries(page: { limit: number; before?: number }): Promise<DeliveryPageView> {
  const query = new URLSearchParams(Object.entries(page).map(([name, value]) => [name, String(value)]));
  return callControlApi({ path: `deliveries?${query}` });
}

/** One delivery with its attempts. */
export function fetchDelivery(id: number): Promise<DeliveryView> {
  return callControlApi({ path: `deliveries/${id}` });
}

/** The PEM with which receivers check tokens. */
export function fetchPublicKey(): Promise<string> {
  return callForText({ path: 'public-key' });
}

/** Lets something happen in a company. */
export function emitEvent(body: EmittedEvent): Promise<EmitResult> {
  return callControlApi({ method: 'POST', path: 'events', body });
}

/** Sends a delivery again. */
export function replayDelivery(id: number): Promise<ReplayView> {
  return callControlApi({ method: 'POST', path: `deliveries/${id}/replay` });
}

/** Moves the clock. */
export function advanceClock(body: AdvanceRequest): Promise<ClockState> {
  return callControlApi({ method: 'POST', path: 'clock/advance', body });
}

/** Changes what is given, and keeps the other faults. */
export function changeFaults(body: FaultChange): Promise<FaultSettings> {
  return callControlApi({ method: 'POST', path: 'faults', body });
}

/** Makes a subscription, which is verified later. */
export function subscribeSink(body: SubscribeRequest): Promise<SubscriptionView> {
  return callControlApi({ method: 'POST', path: 'subscriptions', body });
}

/** Asks for another verification request. */
export function verifySubscription(id: string, body: VerifyOptions): Promise<VerifyView> {
  return callControlApi({ method: 'POST', path: `subscriptions/${encodeURIComponent(id)}/verify`, body });
}

/** Deletes a subscription, and cancels what waits for it. */
export function deleteSubscription(id: string): Promise<void> {
  return callControlApi({ method: 'DELETE', path: `subscriptions/${encodeURIComponent(id)}` });
}

/** Forgets subscriptions, deliveries, quotas and faults. */
export function resetEmulator(): Promise<void> {
  return callControlApi({ method: 'POST', path: 'reset' });
}
