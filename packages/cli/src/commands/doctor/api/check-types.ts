import { findEventType } from '@fic-webhooks/core/catalogue';
import type { Subscription } from '@fic-webhooks/core/subscriptions';
import { shortenType } from '../../../input/read-types.js';
import { quote } from '../../../output/quote.js';
import { type Check, ok, problem, unchecked, warning } from '../check.js';
import type { Situation } from './examine-subscriptions.js';

/** Whether the subscription has types that are never sent. */
export function checkDeadTypes({ standing }: Situation): Check {
  const id = 'dead-types';
  if (standing.length === 0)
    return unchecked(id, 'There is no subscription of this sink that could have types.');
  const types = standing.flatMap((one) => one.types);
  if (types.length === 0) {
    return problem(
      id,
      'The subscription has no types: no event is sent.',
      'Give it types: fic-webhooks subscriptions ensure',
    );
  }
  const dead = types.filter((type) => findEventType(type)?.dead);
  if (dead.length === 0) return ok(id, `All types of the subscription are sent (${types.length}).`);
  return warning(
    id,
    `The subscription has types that are never sent: ${list(dead)}.`,
    findEventType(dead[0] ?? '')?.note ?? 'Take others.',
  );
}

/** Whether wanted types are missing that nobody has. */
export function checkMissingTypes({ types, existing, standing, settings, sink }: Situation): Check {
  const id = 'missing-types';
  if (types === undefined)
    return unchecked(id, 'Whether types are missing was not checked. Give --types to say which you want.');
  const taken = typesOf(existing);
  const missing = types.filter((type) => !taken.has(type));
  if (missing.length > 0) {
    return problem(
      id,
      `No subscription has ${list(missing)}.`,
      `fic-webhooks subscriptions ensure --company ${settings.companyId} --sink ${quote(sink)} --types … makes all stand; with --dry-run it says how.`,
    );
  }
  const own = typesOf(standing);
  const count = types.filter((type) => own.has(type)).length;
  return ok(
    id,
    `The sink has ${count} of the ${types.length} types that are wanted; no type is without a subscription.`,
  );
}

/** Whether wanted types are with another sink: a type can be with one subscription of an application only. */
export function checkConflicts({ types, existing, standing }: Situation): Check {
  const id = 'conflicts';
  if (types === undefined)
    return unchecked(
      id,
      'Whether other sinks have the types was not checked. Give --types to say which you want.',
    );
  const own = typesOf(standing);
  const others = existing.filter((one) => !standing.includes(one));
  const held = others
    .map((one) => ({ ...one, types: one.types.filter((type) => types.includes(type) && !own.has(type)) }))
    .filter((one) => one.types.length > 0);
  if (held.length === 0) return ok(id, 'No other subscription has one of the types.');
  const where = held.map((one) => `${one.id} (${one.sink}) has ${list(one.types)}`).join('; ');
  return problem(
    id,
    `Other subscriptions of this application have types that are wanted: ${where}.`,
    'subscriptions ensure takes them with --take-over, or moves the subscription with --move-sink-from. Make sure that nobody needs them there.',
  );
}

function typesOf(subscriptions: readonly Subscription[]): ReadonlySet<string> {
  return new Set(subscriptions.flatMap(({ types }) => types));
}

/** Short names; of many, the first ones. */
function list(types: readonly string[]): string {
  const [shown, rest] = [types.slice(0, 8).map(shortenType), types.length - 8];
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
