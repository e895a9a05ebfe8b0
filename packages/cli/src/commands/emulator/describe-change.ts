import type { PlannedAction } from '@fic-webhooks/core/subscriptions';
import type { Subscription } from '@fic-webhooks/emulator';
import { shortenType } from '../../input/read-types.js';
import { cleanText } from '../../output/clean-text.js';

/** Types that a line names. */
const maximumNamed = 4;

/** What a change is seen against. */
export interface ChangeContext {
  /** The subscriptions as they were. */
  readonly before: readonly Subscription[];
  /** The sink whose subscription shall stand. */
  readonly sink: string;
}

/**
 * Says what was done to a subscription, one line for each thing. Nothing for a new one and for a verification: how that
 * ends is said by itself.
 */
export function describeChange(action: PlannedAction, { before, sink }: ChangeContext): string[] {
  if (action.kind === 'create' || action.kind === 'verify') return [];
  const { id } = action;
  const old = before.find((one) => one.id === id);
  const isElsewhere = old !== undefined && old.sink !== sink;
  if (action.kind === 'delete') {
    const why = isElsewhere ? `${cleanUrl(sink)} gets all its types now.` : cleanText(action.why);
    return [`${nameSubscription(id, old)} is deleted: ${why}`];
  }
  const lines: string[] = [];
  if (action.sink !== undefined)
    lines.push(`${id} moved from ${cleanUrl(old?.sink ?? '')} to ${cleanUrl(sink)}.`);
  if (action.add.length > 0) lines.push(`${id} now also gets ${nameTypes(action.add)}.`);
  if (action.remove.length > 0) {
    const who = action.sink === undefined ? nameSubscription(id, old) : id;
    lines.push(`${who} no longer gets ${nameTypes(action.remove)}.`);
  }
  if (action.mapping !== undefined)
    lines.push(`${id} is ${action.mapping} now. It was ${old?.mapping ?? 'another'}.`);
  return lines;
}

function nameSubscription(id: string, subscription: Subscription | undefined): string {
  return subscription === undefined ? id : `${id} (${cleanUrl(subscription.sink)})`;
}

function nameTypes(types: readonly string[]): string {
  const names = types.map((type) => cleanText(shortenType(type)));
  const rest = names.length - maximumNamed;
  // One more takes no more room than its number.
  return rest <= 1 ? names.join(', ') : `${names.slice(0, maximumNamed).join(', ')} and ${rest} more`;
}

function cleanUrl(url: string): string {
  return cleanText(url, { maximumLength: 2_048 });
}
