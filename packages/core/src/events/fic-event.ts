import type { ActionOf, EventName, EventTypePrefix, ResourceOf } from './event-name.js';
import type { MatchingName } from './event-pattern.js';
import type { UnlistedName } from './unlisted.js';

/** Ids of the changed resources: strings for cashbook entries, integers for everything else. */
type IdsOf<N extends string> = N extends `cashbook.${string}` ? readonly string[] : readonly number[];

/** What an event is about: `company:108061` is `{ kind: 'company', id: '108061' }`. */
export interface EventSubject {
  /** The text before the first colon. */
  readonly kind: string;
  /** The text after the first colon, empty when there is none. */
  readonly id: string;
}

interface EventBase {
  /** The CloudEvents id, equal to the token's `jti`. Opaque. */
  readonly id: string;
  /** The CloudEvents source, equal to the token's issuer. */
  readonly source: string;
  readonly subject: EventSubject;
  /** The time as sent (RFC 3339 with whole seconds), absent when none was sent. Ties are normal. */
  readonly time?: string;
  /** {@link time} in milliseconds since the epoch, absent when the time is absent or not valid. */
  readonly timestamp?: number;
  /** The application whose subscription sent the event: the token's `aid`. */
  readonly applicationId: number;
  /** The CloudEvents content mode it came in. */
  readonly mode: 'binary' | 'structured';
}

/** An event whose type is listed in the catalogue and whose subject is a company. */
export interface ListedEvent<N extends EventName> extends EventBase {
  /** The full type, as sent. */
  readonly type: `${EventTypePrefix}${N}`;
  /** The type without its prefix. The discriminant of the union. */
  readonly name: N;
  /** What changed: one or two segments, such as `entities.clients`. */
  readonly resource: ResourceOf<N>;
  /** How it changed, such as `create`. */
  readonly action: ActionOf<N>;
  /** The company whose data changed. Compare it with the tenant you act for. */
  readonly companyId: number;
  readonly ids: IdsOf<N>;
}

/** An event of a type that this version does not list, or about something that is not a company. */
export interface UnknownFicEvent extends EventBase {
  readonly type: string;
  readonly name: UnlistedName;
  readonly resource: string;
  readonly action: string;
  /** Absent when the subject is not a company. */
  readonly companyId?: number;
  readonly ids: readonly number[] | readonly string[];
}

/** One member of the union for each name. */
type KnownEvent<N extends EventName> = N extends EventName ? ListedEvent<N> : never;

/**
 * A verified Fatture in Cloud event: frozen, plain, JSON-serialisable, a discriminated union on `name`.
 *
 * @typeParam P - A short name, a full type or a pattern. `'*'`, the default, is every event, unknown ones included.
 *
 * @example
 * ```ts
 * function saveClient(event: FicEvent<'entities.clients.*'>) {
 *   if (event.name === 'entities.clients.delete') return;
 *   event.ids; // readonly number[]
 * }
 * ```
 */
export type FicEvent<P extends string = '*'> = '*' extends P
  ? KnownEvent<EventName> | UnknownFicEvent
  : KnownEvent<MatchingName<P>>;
