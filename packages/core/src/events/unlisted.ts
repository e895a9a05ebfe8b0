import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import { isEventName } from './event-name.js';
import { eventGroupNames, eventTypePrefix } from './event-names.generated.js';

/**
 * The short name of an event type that this version does not list, as the compiler sees it. At run time it is the plain
 * name: only the type has this form, which no listed name fits. With a plain or branded string in its place, comparing
 * `event.name` with a listed name would narrow nothing, as every text could equal such a string.
 */
export type UnlistedName = `${string} (unlisted)`;

/**
 * A registration key for one type that this version does not list. Made by {@link unlisted}.
 *
 * @example
 * ```ts
 * const leads: UnlistedEvent = unlisted('entities.leads.create');
 * ```
 */
export interface UnlistedEvent {
  readonly unlisted: string;
}

/**
 * Names an event type that is newer than this version of the catalogue, so that a handler can be registered for
 * it. Once a later version lists the type, the same call keeps working.
 *
 * @param name - Short name or full type, without `*`.
 * @throws FicWebhooksError `event-name-unknown` for a group, a pattern or an empty name.
 *
 * @example
 * ```ts
 * receiver.on(unlisted('entities.leads.create'), async (event) => console.log(event.ids));
 * ```
 */
export function unlisted(name: string): UnlistedEvent {
  const short = name.startsWith(eventTypePrefix) ? name.slice(eventTypePrefix.length) : name;
  const usable =
    short !== '' && !short.includes('*') && !(eventGroupNames as readonly string[]).includes(short);
  if (!usable) {
    throw new FicWebhooksError(
      'event-name-unknown',
      `unlisted('${name}') does not name a single event. Give one full or short type, without '*'; groups never arrive.`,
    );
  }
  return Object.freeze({ unlisted: short });
}

/** True for a name that only {@link unlisted} can register. */
export function isUnlisted(name: string): name is UnlistedName {
  return !isEventName(name);
}
