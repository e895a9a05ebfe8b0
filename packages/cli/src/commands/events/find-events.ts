import { type EventTypeEntry, eventCatalogue } from '@fic-webhooks/core/catalogue';
import { createPatternTest } from '../../input/match-pattern.js';
import { shortenType } from '../../input/read-types.js';
import { hint } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';

/**
 * The entries of the catalogue that a filter lets through, in the order of the catalogue: with a `*` those whose name
 * matches the pattern, else those with the text in their type or in one of their scopes.
 *
 * @throws UsageError when there is none.
 */
export function findEvents(filter: string | undefined): readonly EventTypeEntry[] {
  if (filter === undefined) return eventCatalogue;
  const matches = filter.includes('*') ? matchPattern(filter) : matchText(filter);
  const found = eventCatalogue.filter(matches);
  if (found.length > 0) return found;
  throw new UsageError('[filter]', `[filter]: no type matches "${filter}". ${findNearestNames(filter)}`);
}

function matchPattern(pattern: string): (entry: EventTypeEntry) => boolean {
  const test = createPatternTest(shortenType(pattern));
  return ({ name }) => test(name);
}

function matchText(text: string): (entry: EventTypeEntry) => boolean {
  const wanted = text.toLowerCase();
  // A group has the scopes of all its types, and would turn up everywhere.
  return ({ type, kind, scopes }) =>
    [type, ...(kind === 'group' ? [] : scopes)].some((one) => one.includes(wanted));
}

function findNearestNames(filter: string): string {
  const names = eventCatalogue.flatMap(({ name, resource }) => [name, resource]);
  const near = hint(shortenType(filter), names);
  return near === '' ? 'Leave it out to see them all.' : near.trimEnd();
}
