import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import { findNearest } from '../errors/find-nearest.js';
import type { EventName, EventTypePrefix } from './event-name.js';
import { eventGroupNames, eventNames, eventTypePrefix } from './event-names.generated.js';

type StripPrefix<P extends string> = P extends `${EventTypePrefix}${infer Short}` ? Short : P;

/** A whole segment `*` stands for one or more segments; a `*` inside a segment is no pattern. */
type Segment<S extends string> = S extends '*' ? string : S extends `${string}*${string}` ? never : S;

type Template<P extends string> = P extends `${infer Head}.${infer Rest}`
  ? `${Segment<Head>}.${Template<Rest>}`
  : Segment<P>;

/** The listed event names that a name, full type or pattern matches; never when it matches none. */
export type MatchingName<P extends string> = Extract<EventName, Template<StripPrefix<P>>>;

/** `P` itself when it matches something; else a text that makes the compile error readable. */
export type ValidPattern<P extends string> = string extends P
  ? P
  : [MatchingName<P>] extends [never]
    ? `'${P}' matches no Fatture in Cloud event`
    : P;

/** For completion in an editor: every listed name and `*`, and any text, which {@link ValidPattern} then checks. */
export type EventPattern = EventName | '*' | (string & {});

/**
 * The listed names that a pattern matches, in the order of the catalogue.
 *
 * @param pattern - A short name, a full type, or a pattern in which `*` stands for one or more segments.
 * @throws FicWebhooksError `event-name-unknown` when it matches nothing: a typo, or a group.
 */
export function matchEventNames(pattern: string): readonly EventName[] {
  const short = pattern.startsWith(eventTypePrefix) ? pattern.slice(eventTypePrefix.length) : pattern;
  const wanted = short.split('.');
  const names = eventNames.filter((name) => matchesSegments(wanted, name.split('.')));
  if (names.length === 0) throw unknownName(pattern, short);
  return names;
}

function matchesSegments(pattern: readonly string[], segments: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return segments.length === 0;
  if (segments.length === 0) return false;
  if (head !== '*') return head === segments[0] && matchesSegments(rest, segments.slice(1));
  for (let taken = 1; taken <= segments.length; taken++) {
    if (matchesSegments(rest, segments.slice(taken))) return true;
  }
  return false;
}

function unknownName(pattern: string, short: string): FicWebhooksError {
  if ((eventGroupNames as readonly string[]).includes(short)) {
    const [family = '', , action = ''] = short.split('.');
    return new FicWebhooksError(
      'event-name-unknown',
      `'${pattern}' is a group. Groups can be subscribed to but never arrive in a notification. ` +
        `Use the pattern '${family}.*.${action}' instead.`,
    );
  }
  const nearest = findNearest(short, eventNames);
  const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
  return new FicWebhooksError(
    'event-name-unknown',
    `'${pattern}' matches no Fatture in Cloud event.${hint} ` +
      'For a type newer than this version, write unlisted(name).',
  );
}
