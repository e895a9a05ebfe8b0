import { type eventGroupNames, eventNames, type eventTypePrefix } from './event-names.generated.js';

/** The short name of a listed event: `entities.clients.create`. Groups are not names: they never arrive. */
export type EventName = (typeof eventNames)[number];

/** The short name of a group: valid in a subscription, never in a notification. */
export type EventGroupName = (typeof eventGroupNames)[number];

/** What every full type begins with. */
export type EventTypePrefix = typeof eventTypePrefix;

/** The last segment of a dotted name. */
export type ActionOf<N extends string> = N extends `${string}.${infer Rest}` ? ActionOf<Rest> : N;

/** All segments of a dotted name but the last. */
export type ResourceOf<N extends string> = N extends `${infer Resource}.${ActionOf<N>}` ? Resource : never;

const known: ReadonlySet<string> = new Set(eventNames);

/** True when the short name stands in the catalogue as a single event. */
export function isEventName(name: string): name is EventName {
  return known.has(name);
}
