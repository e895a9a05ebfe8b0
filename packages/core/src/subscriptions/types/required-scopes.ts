import { findEventType } from '../../catalogue/find-event-type.js';
import type { SubscribableType } from '../ensure/ensure-options.js';
import { expandTypes } from './expand-types.js';

/**
 * The OAuth scopes that the access token needs to subscribe to these types: all of them, sorted. Ask for them when the
 * user connects your application.
 *
 * @param types - Short names, full types, groups, or patterns in which `*` stands for one or more segments.
 * @throws InvalidOptionError `event-name-unknown` or `event-type-dead`.
 *
 * @example
 * ```ts
 * requiredScopes(['products.stock_update', 'entities.*']);
 * // ['entity.clients:r', 'entity.suppliers:r', 'products:r', 'stock:r']
 * ```
 */
export function requiredScopes(types: readonly SubscribableType[]): string[] {
  const scopes = expandTypes(types).flatMap((type) => findEventType(type)?.scopes ?? []);
  return [...new Set(scopes)].sort();
}
