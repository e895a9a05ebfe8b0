import { eventTypePrefix } from '../events/event-names.generated.js';
import { eventCatalogue } from './event-catalogue.generated.js';
import type { EventTypeEntry } from './event-type-entry.js';

const byName = new Map(eventCatalogue.map((entry) => [entry.name, entry]));

/**
 * The catalogue entry of a type, by short or full name; undefined for a type that is not listed.
 *
 * @example
 * ```ts
 * findEventType('products.stock_update')?.scopes; // ['products:r', 'stock:r']
 * ```
 */
export function findEventType(name: string): EventTypeEntry | undefined {
  return byName.get(name.startsWith(eventTypePrefix) ? name.slice(eventTypePrefix.length) : name);
}
