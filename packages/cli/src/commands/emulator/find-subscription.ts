import { eventTypePrefix, findEventType } from '@fic-webhooks/core/catalogue';
import type { Subscription } from '@fic-webhooks/emulator';
import type { WantedSubscription } from './read-subscription.js';

/** What of a wanted subscription is there already, from an earlier run on the same state. */
export interface FoundSubscription {
  /** The first one for the same sink, company and application. */
  readonly existing: Subscription | undefined;
  /** The wanted types that none of them has. */
  readonly missing: readonly string[];
}

/** Looks a wanted subscription up among those that exist. */
export function findSubscription(
  subscriptions: readonly Subscription[],
  wanted: WantedSubscription,
): FoundSubscription {
  const matching = subscriptions.filter(
    ({ sink, companyId, applicationId }) =>
      sink === wanted.sink && companyId === wanted.companyId && applicationId === wanted.applicationId,
  );
  const held = new Set(matching.flatMap(({ types }) => types));
  return {
    existing: matching[0],
    missing: wanted.types.filter(
      (name) => !expansions(name).some((types) => types.every((type) => held.has(type))),
    ),
  };
}

/** The lists of full types that a name can have become: a group one of two, by the behaviour `groupExpansion`. */
function expansions(name: string): readonly (readonly string[])[] {
  const { members, membersDocumented } = findEventType(name) ?? {};
  const lists = [members, membersDocumented].filter((list) => list !== undefined);
  return (lists.length === 0 ? [[name]] : lists).map((list) => list.map((type) => eventTypePrefix + type));
}
