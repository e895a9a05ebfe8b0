import type { Subscription } from '../subscription.js';

/**
 * The best first: verified before unverified, then the one with the most wanted types, then the oldest. The same
 * subscriptions always give the same order, so that programs that run at the same time choose the same one.
 */
export function rankSubscriptions(
  subscriptions: readonly Subscription[],
  wantedTypes: readonly string[],
): Subscription[] {
  const count = ({ types }: Subscription) => types.filter((type) => wantedTypes.includes(type)).length;
  return [...subscriptions].sort(
    (a, b) =>
      Number(b.verified) - Number(a.verified) ||
      count(b) - count(a) ||
      a.id.length - b.id.length ||
      (a.id < b.id ? -1 : 1),
  );
}
