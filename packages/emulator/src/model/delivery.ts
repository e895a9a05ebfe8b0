import type { FaultName } from './fault-settings.js';
import type { Mapping } from './subscription.js';

/** What is sent: a verification request (GET), or a notification (POST) with the welcome event or an event. */
export type DeliveryKind = 'verification' | 'welcome' | 'event';

/**
 * - `pending`: waits for its time, or for a free place.
 * - `sending`: the request is on its way.
 * - `delivered`: the sink took it.
 * - `dropped`: given up; it will never be sent again.
 * - `cancelled`: its subscription was deleted, or moved to another sink, before it was sent.
 */
export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'dropped' | 'cancelled';

/** One thing to be sent to one sink, in up to four attempts. Times are milliseconds on the emulator's clock. */
export interface Delivery {
  /** Counted from 1, never used twice before a reset. */
  readonly id: number;
  /** What is sent. */
  readonly kind: DeliveryKind;
  /** How far it is. */
  readonly state: DeliveryState;
  /** The subscription that it was made for, such as `SUB1`. It may be gone by now. */
  readonly subscriptionId: string;
  /** The company in which it happened: the `subject` of the event. */
  readonly companyId: number;
  /** The application of the subscription: the claim `aid` of the token. */
  readonly applicationId: number;
  /** The URL that it is sent to. */
  readonly sink: string;
  /** The content mode of the event. */
  readonly mapping: Mapping;
  /** The event's id, which is the token's `jti`; the challenge of a verification. */
  readonly eventId: string;
  /** The full type of the event; empty for a verification. */
  readonly type: string;
  /** The ids of what changed. Empty for a verification and a welcome event. */
  readonly ids: readonly (number | string)[];
  /** The event's `time` attribute, as sent. */
  readonly time: string;
  /** When it was made. */
  readonly createdAt: number;
  /** When the next attempt is due; null when there will be none. */
  readonly dueAt: number | null;
  /** When it ended; null while it has not. */
  readonly endedAt: number | null;
  /** Attempts made so far. */
  readonly attempts: number;
  /** The status of the last answer; null when there was none yet. */
  readonly lastStatus: number | null;
  /** Why it ended, or why it will be tried again, in one sentence. */
  readonly reason: string | null;
  /** The delivery that this one repeats: a replay, or a duplicate made by a fault. */
  readonly repeats: number | null;
  /** The faults that were asked for with the event. */
  readonly faults: readonly FaultName[];
}
