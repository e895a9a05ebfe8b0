import { type EventTypeEntry, eventTypePrefix } from '@fic-webhooks/core/catalogue';
import { cutText } from '../cut-text.js';
import type { ServiceBehaviour } from '../model/service-behaviour.js';
import type { Service } from '../service.js';
import type { Caller } from './caller.js';
import { findSubscribable } from './find-subscribable.js';

/** Characters of a type that is said again: more than any type has. */
const maximumName = 200;

/** What a subscription gets of the types that were asked for. */
export interface Admission {
  /** Full types, without groups and without repetition. */
  readonly types: readonly string[];
  /** One for each type that was left out, in the service's own words. */
  readonly warnings: readonly string[];
}

/**
 * Sorts out which types a subscription may have: only those that exist, and that no other subscription of the same
 * application and company has. The service leaves the others out, with a warning. Types that are never sent are
 * accepted, as the service does.
 *
 * @param options.except - The id of the subscription that is being changed: its own types are free to itself.
 */
export function admitTypes(
  service: Service,
  { application, companyId }: Caller,
  { types: wanted, except }: { readonly types: readonly string[]; readonly except?: string | undefined },
): Admission {
  const taken = new Set(
    service.state.subscriptions
      .listOfCompany(companyId)
      .filter(({ id, applicationId }) => applicationId === application.id && id !== except)
      .flatMap(({ types }) => types),
  );
  const types = new Set<string>();
  const warnings = new Set<string>();
  for (const name of wanted) {
    const entry = findSubscribable(name);
    const members = entry === undefined ? [] : expand(entry, service.behaviour.groupExpansion);
    if (members.length === 0) warnings.add(`The '${cutText(name, maximumName)}' event does not exist.`);
    for (const type of members) {
      if (taken.has(type)) warnings.add(`The '${type}' event is already registered for this application`);
      else types.add(type);
    }
  }
  return { types: [...types], warnings: [...warnings] };
}

/** The single types of a type. None for a group where groups do not exist. */
function expand(entry: EventTypeEntry, expansion: ServiceBehaviour['groupExpansion']): string[] {
  if (entry.kind !== 'group') return [entry.type];
  if (expansion === 'refused') return [];
  const members = expansion === 'documented' ? entry.membersDocumented : entry.members;
  return (members ?? []).map((name) => eventTypePrefix + name);
}
