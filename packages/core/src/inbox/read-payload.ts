import type { FicEvent } from '../events/fic-event.js';
import { isOutcome } from '../receiver/outcomes.js';
import type { InboxPayload } from './inbox.js';
import { readRaw } from './raw-notification.js';

/** A stored event, as it was when it came. */
export interface ReadPayload {
  readonly event: FicEvent;
  /** True when nobody could read it when it came, so that nobody has been asked about its company. */
  readonly late: boolean;
}

/**
 * Reads what an inbox kept.
 *
 * @param bodyLimit - The most bytes of a decoded body.
 * @returns In a few words why it cannot be read, when it cannot.
 */
export async function readPayload(payload: InboxPayload, bodyLimit: number): Promise<ReadPayload | string> {
  if (payload?.kind === 'event') return { event: freezeEvent(payload.event), late: false };
  if (payload?.kind === 'damaged') return 'The store gave it back damaged: its disk or its file has a fault.';
  if (payload?.kind !== 'raw') return 'The inbox holds something that this version does not know.';
  const notification = await readRaw(payload, bodyLimit);
  if (!isOutcome(notification)) return { event: notification.event, late: true };
  const { code, detail } = notification;
  return detail === undefined ? code : `${code}: ${detail}`;
}

/** JSON keeps every member of an event, but does not keep it frozen. */
function freezeEvent(event: FicEvent): FicEvent {
  Object.freeze(event.subject);
  Object.freeze(event.ids);
  return Object.freeze(event);
}
