import type { Subscription } from '../subscription.js';
import type { WriteAction } from './ensure-report.js';
import { changeMain, clearEmpty, makeCreation, recreate, takeTypes, tidySibling } from './plan-actions.js';
import { rankSubscriptions } from './rank-subscriptions.js';
import type { Wanted } from './resolve-wanted.js';

/** What a plan is made from. */
export interface PlanInput {
  readonly wanted: Wanted;
  /** Every subscription of the application in the company. */
  readonly existing: readonly Subscription[];
  /** Types that the service would not take: they are not asked for. */
  readonly refused: { has(type: string): boolean };
  /** Whether a subscription can never be verified any more. */
  readonly isLost: (id: string) => boolean;
}

/** What has to be written, and which subscription is the one that shall stand. */
export interface Plan {
  /** As it is now; undefined when there is none yet, or none can be. */
  readonly main: Subscription | undefined;
  /** In the order in which they are to be done; empty when nothing has to be written. */
  readonly actions: readonly WriteAction[];
}

/**
 * Compares what is with what shall be. Pure: it calls nothing.
 *
 * A type that gets events now and is wanted never leaves its subscription, not even for a moment: the service gives a
 * type to one subscription only, so it could not be moved to another one without a gap. Verified subscriptions of the
 * sink therefore keep the wanted types that they have. Unverified ones get no events, so theirs move to the main one.
 */
export function planSubscription(input: PlanInput): Plan {
  const { wanted, existing, isLost } = input;
  const onSink = rankSubscriptions(
    existing.filter(({ sink }) => sink === wanted.sink),
    wanted.types,
  );
  // An empty one is what a refused create left behind: nothing stands there yet.
  const main = onSink.find(({ types }) => types.length > 0) ?? findMovable(input) ?? onSink[0];
  const siblings = onSink.filter((one) => one !== main);
  const elsewhere = existing.filter((one) => one !== main && !onSink.includes(one));

  const target = chooseTypes(input, { main, siblings, elsewhere });
  const hasWanted = target.some((type) => wanted.types.includes(type));
  if (!hasWanted) return { main: undefined, actions: onSink.flatMap(clearEmpty) };
  const replaced = main !== undefined && !main.verified && main.sink === wanted.sink && isLost(main.id);
  return {
    main: replaced ? undefined : main,
    actions: [
      ...(wanted.takeOver ? takeTypes(elsewhere, target) : []),
      ...siblings.flatMap((sibling) => tidySibling(sibling, wanted)),
      ...(main === undefined
        ? [makeCreation(wanted, target, 'No subscription has this sink.')]
        : replaced
          ? recreate(main, wanted, target)
          : changeMain(main, wanted, target)),
    ],
  };
}

/** The subscription that the caller allows to be moved. */
function findMovable({ wanted, existing }: PlanInput): Subscription | undefined {
  const from = wanted.moveSinkFrom;
  const movable = existing.filter(({ id, sink }) => id === from || sink === from);
  return rankSubscriptions(movable, wanted.types)[0];
}

interface Scene {
  readonly main: Subscription | undefined;
  /** Further subscriptions of the same sink. */
  readonly siblings: readonly Subscription[];
  /** Those of other sinks. */
  readonly elsewhere: readonly Subscription[];
}

/** The types that the main subscription shall have: those it has and may keep first, then the new ones. */
function chooseTypes({ wanted, refused }: PlanInput, { main, siblings, elsewhere }: Scene): string[] {
  const present = main?.types ?? [];
  const settled = new Set(siblings.filter(({ verified }) => verified).flatMap(({ types }) => types));
  const taken = new Set(wanted.takeOver ? [] : elsewhere.flatMap(({ types }) => types));
  const kept = present.filter((type) => wanted.keepOtherTypes || wanted.types.includes(type));
  const added = wanted.types.filter(
    (type) => !present.includes(type) && !settled.has(type) && !taken.has(type) && !refused.has(type),
  );
  return [...kept, ...added];
}
