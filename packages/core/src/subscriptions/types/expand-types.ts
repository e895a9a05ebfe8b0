import { eventCatalogue } from '../../catalogue/event-catalogue.generated.js';
import type { EventTypeEntry } from '../../catalogue/event-type-entry.js';
import { findEventType } from '../../catalogue/find-event-type.js';
import type { FicWebhooksErrorCode } from '../../errors/fic-webhooks-error.js';
import { findNearest } from '../../errors/find-nearest.js';
import { InvalidOptionError } from '../../errors/invalid-option-error.js';
import { eventTypePrefix } from '../../events/event-names.generated.js';
import { matchEventNames } from '../../events/event-pattern.js';
import type { SubscribableType } from '../ensure/ensure-options.js';

/** Options of {@link expandTypes}. */
export interface ExpandTypesOptions {
  /** True: names that the catalogue does not have are kept as they are. Default false: they throw. */
  readonly allowUnknownTypes?: boolean | undefined;
}

/**
 * The single types that are really sent, as full types: groups and patterns are expanded, and nothing is there twice.
 *
 * @param types - Short names, full types, groups, or patterns in which `*` stands for one or more segments.
 * @throws InvalidOptionError `event-name-unknown` for what matches nothing, with the nearest name; `event-type-dead` for
 * a type that is never sent, with those to use; `option-invalid` for what is no list of texts.
 *
 * @example
 * ```ts
 * expandTypes(['entities.all.create']);
 * // ['it.fattureincloud.webhooks.entities.clients.create', 'it.fattureincloud.webhooks.entities.suppliers.create']
 * ```
 */
export function expandTypes(
  types: readonly SubscribableType[],
  { allowUnknownTypes = false }: ExpandTypesOptions = {},
): string[] {
  if (!Array.isArray(types) || types.some((type) => typeof type !== 'string')) {
    throw new InvalidOptionError('option-invalid', 'types', 'types must be a list of texts.');
  }
  return [...new Set(types.flatMap((type) => expand(type, allowUnknownTypes)))];
}

/** The full type of a short or full name. */
export function toFullType(type: string): string {
  return type.startsWith(eventTypePrefix) ? type : eventTypePrefix + type;
}

function expand(type: string, allowUnknown: boolean): string[] {
  const entry = findEventType(type);
  if (entry !== undefined) return expandEntry(entry);
  if (type.split('.').includes('*')) return expandPattern(type, allowUnknown);
  if (allowUnknown && /^[\w-]+(?:\.[\w-]+)+$/.test(type)) return [toFullType(type)];
  throw unknownType(type, allowUnknown);
}

function expandEntry({ type, name, kind, dead, members = [], note = '' }: EventTypeEntry): string[] {
  if (kind === 'group') return members.map(toFullType);
  if (kind === 'system') {
    throw wrongType(
      'event-name-unknown',
      `'${name}' cannot be subscribed to: it is sent to every new subscription unasked. Leave it out.`,
    );
  }
  if (dead) {
    throw wrongType('event-type-dead', `'${name}' can be subscribed to, but is never sent. ${note}`.trim());
  }
  return [type];
}

/** What a pattern matches among the types that are really sent. */
function expandPattern(pattern: string, allowUnknown: boolean): string[] {
  const matched = matchOrNothing(pattern)
    .map((name) => findEventType(name))
    .filter((entry) => entry?.kind === 'event');
  const live = matched.filter((entry) => entry?.dead === false);
  if (live.length > 0) return live.map((entry) => (entry as EventTypeEntry).type);
  if (matched.length === 0) throw unknownType(pattern, allowUnknown);
  const [first] = matched;
  throw wrongType(
    'event-type-dead',
    `'${pattern}' matches only types that can be subscribed to, but are never sent. ${first?.note ?? ''}`.trim(),
  );
}

function matchOrNothing(pattern: string): readonly string[] {
  try {
    return matchEventNames(pattern);
  } catch {
    return [];
  }
}

const subscribable = eventCatalogue.filter(({ kind }) => kind !== 'system').map(({ name }) => name);

function unknownType(type: string, allowUnknown: boolean): InvalidOptionError {
  const short = type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
  const nearest = findNearest(short, subscribable);
  const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
  const newer = allowUnknown ? '' : ' For a type newer than this version, set allowUnknownTypes.';
  return wrongType('event-name-unknown', `'${type}' matches no type of Fatture in Cloud.${hint}${newer}`);
}

function wrongType(code: FicWebhooksErrorCode, message: string): InvalidOptionError {
  return new InvalidOptionError(code, 'types', message);
}
