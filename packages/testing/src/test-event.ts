import { randomUUID } from 'node:crypto';
import { type EventName, eventTypePrefix, InvalidOptionError } from '@fic-webhooks/core';

/** The event that a notification is about. Everything has a default. */
export interface TestEvent {
  /** The type without its prefix. Default `entities.clients.create`. Any text is taken, so that new types can be tried. */
  name?: EventName | (string & Record<never, never>);
  /** The full type, in place of `name`. */
  type?: string;
  /** The company whose data changed. Default 108061. */
  companyId?: number;
  /** The whole subject, in place of `companyId`: for others than companies. */
  subject?: string;
  /** The ids of what changed. Default one: a number, or a string for `cashbook.*`. */
  ids?: readonly (number | string)[];
  /** The event's id and the token's `jti`. Default a fresh one, such as `198:f059b211-24f4-44ab-9859-b1613a9a0712`. */
  id?: string;
  /** When it happened. A Date is written in whole seconds with an offset. Default now. */
  time?: string | Date;
}

/** An event with every default in its place. */
export interface CompleteTestEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly ids: readonly (number | string)[];
}

/** The full type of the first event after a verification, whose body nobody has published. */
export const welcomeType = `${eventTypePrefix}subscriptions.welcome`;

/**
 * Fills in what the caller left out.
 *
 * @throws InvalidOptionError `option-invalid` when two fields say the same thing.
 */
export function completeTestEvent(event: TestEvent): CompleteTestEvent {
  if (event.name !== undefined && event.type !== undefined) throw bothGiven('name', 'type');
  if (event.companyId !== undefined && event.subject !== undefined) throw bothGiven('companyId', 'subject');
  const type = event.type ?? `${eventTypePrefix}${event.name ?? 'entities.clients.create'}`;
  const isCashbook = type.startsWith(`${eventTypePrefix}cashbook.`);
  return {
    id: event.id ?? `198:${randomUUID()}`,
    type,
    subject: event.subject ?? `company:${event.companyId ?? 108061}`,
    time: typeof event.time === 'string' ? event.time : formatTime(event.time ?? new Date()),
    ids: event.ids ?? [isCashbook ? '3062300' : 3062300],
  };
}

/** RFC 3339 in whole seconds. The offset is not zero, as in Italy, to find code that drops it. */
function formatTime(time: Date): string {
  const shifted = new Date(time.getTime() + 2 * 60 * 60 * 1000);
  return `${shifted.toISOString().slice(0, 19)}+02:00`;
}

function bothGiven(one: string, other: string): InvalidOptionError {
  return new InvalidOptionError(
    'option-invalid',
    one,
    `${one} and ${other} are both given and say the same thing. Leave one out.`,
  );
}
