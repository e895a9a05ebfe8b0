import { parseJsonBody } from '../cloudevents/json-body.js';
import { timestampMilliseconds } from '../cloudevents/timestamp.js';
import type { CollectedHeaders } from '../http/collect-headers.js';
import { isOutcome, type Outcome } from '../receiver/outcomes.js';
import type { TokenClaims } from '../token/claims.js';
import { isEventName } from './event-name.js';
import { eventTypePrefix } from './event-names.generated.js';
import type { FicEvent, UnknownFicEvent } from './fic-event.js';
import {
  decodeText,
  findDifferingCopy,
  readHeaderAttributes,
  readMemberAttributes,
} from './read-attributes.js';
import { readIds } from './read-ids.js';
import { parseSubject } from './subject.js';
import type { UnlistedName } from './unlisted.js';

/** A body, either as bytes or as the value that another parser made of them. */
export type NotificationBody = { readonly bytes: Uint8Array } | { readonly parsed: unknown };

/** A notification that fits its token. */
export interface Notification {
  readonly event: FicEvent;
  /** Type, subject and ids in one text: what must be the same when an event comes again. */
  readonly content: string;
  /** The CloudEvents version as sent, undefined when there is none. */
  readonly specversion: string | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type JsonObject = Readonly<Record<string, unknown>>;

const welcomeType = `${eventTypePrefix}subscriptions.welcome`;
const structuredMembers = ['specversion', 'id', 'source', 'type'] as const;
const structuredMediaType = /^\s*application\/cloudevents\+json\s*(?:;|$)/i;
/** JSON.stringify overflows from about 2,000 levels; no notification has more than four. */
const maximumDepth = 64;

/**
 * The Fatture in Cloud profile over the CloudEvents codec. It differs from the generic decoder where the service does:
 * the mode shows in the content and not in the media type, the body of a binary event keeps its `data` wrapper, and a
 * missing or odd `time` or `specversion` must not cost the event.
 */
export function parseNotification(
  headers: CollectedHeaders,
  body: NotificationBody | Outcome,
  claims: TokenClaims,
): Notification | Outcome {
  const repeated = headers.repeated?.find((name) => name.startsWith('ce-'));
  if (repeated !== undefined) return unreadable(`The header ${repeated} is repeated.`);

  const json = readJson(body);
  // Nothing is published about the body of the welcome event, so any will do, and none too.
  if (isOutcome(json) && decodeText(headers.values['ce-type']) !== welcomeType) return json;
  const value = isOutcome(json) ? undefined : json.value;

  const isStructured = hasStructuredForm(headers, value);
  if (isStructured) {
    const differing = findDifferingCopy(headers, value as JsonObject);
    if (differing !== undefined) return unreadable(`The header ce-${differing} differs from the body.`);
  }
  const attributes = isStructured ? readMemberAttributes(value as JsonObject) : readHeaderAttributes(headers);
  const { id, type, source, subject, time } = attributes;
  if (!id || !type || !source || !subject) {
    const absent = Object.entries({ id, type, source, subject }).find(([, value]) => !value);
    return unreadable(`The attribute ${absent?.[0]} is missing or not valid.`);
  }
  if (id !== claims.tokenId) return unbound(`id is ${id}, jti is ${claims.tokenId}.`);
  if (subject !== claims.subject) return unbound(`subject is ${subject}, sub is ${claims.subject}.`);
  if (source !== claims.issuer) return unbound(`source is ${source}, iss is ${claims.issuer}.`);

  const name = type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
  const ids = type === welcomeType ? [] : readIds(name, value);
  if (typeof ids === 'string') return unreadable(ids);

  const lastDot = name.lastIndexOf('.');
  const { kind, identifier, companyId } = parseSubject(subject);
  const event: Writable<UnknownFicEvent> = {
    id,
    type,
    name: name as UnlistedName,
    resource: lastDot === -1 ? '' : name.slice(0, lastDot),
    action: name.slice(lastDot + 1),
    source,
    subject: Object.freeze({ kind, id: identifier }),
    ids: Object.freeze(ids),
    applicationId: claims.applicationId ?? Number.NaN,
    mode: isStructured ? 'structured' : 'binary',
  };
  // Members are absent rather than undefined, so that an event and its JSON are alike.
  if (companyId !== undefined) event.companyId = companyId;
  if (time !== undefined) {
    event.time = time;
    const timestamp = timestampMilliseconds(time);
    if (timestamp !== undefined) event.timestamp = timestamp;
  }
  return {
    event: Object.freeze(event) as FicEvent,
    // Joined and not a template: that would keep its parts alive, each an object of its own, for as long as the event is
    // remembered.
    content: [type, subject, typeof ids[0] === 'string' ? JSON.stringify(ids) : ids.join(',')].join('\n'),
    specversion: attributes.specversion,
  };
}

/** True when patterns may match the event: listed, and about a company. Only `'*'` gets the others. */
export function isKnownEvent(event: FicEvent): boolean {
  return event.companyId !== undefined && isEventName(event.name) && event.type.startsWith(eventTypePrefix);
}

function readJson(body: NotificationBody | Outcome): { value: unknown } | Outcome {
  if (isOutcome(body)) return body;
  if ('parsed' in body) return { value: body.parsed };
  if (body.bytes.length === 0) return { code: 'body-malformed', detail: 'The body is empty.' };
  const result = parseJsonBody(body.bytes, maximumDepth);
  if (result.ok) return result;
  return { code: 'body-malformed', detail: `The body cannot be read: ${result.reason}.` };
}

function hasStructuredForm({ values }: CollectedHeaders, body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const mediaType = values['content-type'];
  if (mediaType !== undefined && structuredMediaType.test(mediaType)) return true;
  return structuredMembers.every(
    (name) => Object.hasOwn(body, name) && typeof (body as JsonObject)[name] === 'string',
  );
}

function unreadable(detail: string): Outcome {
  return { code: 'event-unreadable', detail };
}

function unbound(detail: string): Outcome {
  return { code: 'event-binding', detail };
}
