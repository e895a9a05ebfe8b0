import { decodeHeaderValue } from '../cloudevents/header-value.js';
import { parseJsonBody } from '../cloudevents/json-body.js';
import { isCloudEventString } from '../cloudevents/string-value.js';
import { timestampMilliseconds } from '../cloudevents/timestamp.js';
import type { CollectedHeaders } from '../http/collect-headers.js';
import type { Outcome } from '../receiver/outcomes.js';
import type { TokenClaims } from '../token/claims.js';
import { isEventName } from './event-name.js';
import { eventTypePrefix } from './event-names.generated.js';
import type { FicEvent, UnknownFicEvent } from './fic-event.js';
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
type Attribute = 'specversion' | 'id' | 'type' | 'source' | 'subject' | 'time';

const headerNames = {
  specversion: 'ce-specversion',
  id: 'ce-id',
  type: 'ce-type',
  source: 'ce-source',
  subject: 'ce-subject',
  time: 'ce-time',
} as const satisfies Record<Attribute, string>;

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
  body: NotificationBody,
  claims: TokenClaims,
): Notification | Outcome {
  const repeated = headers.repeated?.find((name) => name.startsWith('ce-'));
  if (repeated !== undefined) return unreadable(`The header ${repeated} is repeated.`);

  const json = readJson(body);
  // Nothing is published about the body of the welcome event, so any will do.
  if (json.reason !== undefined && readHeader(headers, 'type') !== welcomeType) {
    return { code: 'body-malformed', detail: json.reason };
  }

  const structured = isStructured(headers, json.value) ? (json.value as JsonObject) : undefined;
  if (structured !== undefined) {
    const differing = findDifferingCopy(headers, structured);
    if (differing !== undefined) return unreadable(`The header ce-${differing} differs from the body.`);
  }
  const read = (name: Attribute): unknown => (structured === undefined ? readHeader(headers, name) : own(structured, name));

  const [id, type, source, subject] = [read('id'), read('type'), read('source'), read('subject')];
  if (!isUsable(id)) return unreadable('The attribute id is missing or not valid.');
  if (!isUsable(type)) return unreadable('The attribute type is missing or not valid.');
  if (!isUsable(source)) return unreadable('The attribute source is missing or not valid.');
  if (!isUsable(subject)) return unreadable('The attribute subject is missing or not valid.');
  if (id !== claims.tokenId) return unbound(`id is ${id}, jti is ${claims.tokenId}.`);
  if (subject !== claims.subject) return unbound(`subject is ${subject}, sub is ${claims.subject}.`);
  if (source !== claims.issuer) return unbound(`source is ${source}, iss is ${claims.issuer}.`);

  const name = type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : type;
  const ids = type === welcomeType ? [] : readIds(name, json.value);
  if (typeof ids === 'string') return unreadable(ids);

  const time = read('time');
  const timestamp = typeof time === 'string' ? timestampMilliseconds(time) : undefined;
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
    mode: structured === undefined ? 'binary' : 'structured',
  };
  // Members are absent rather than undefined, so that an event and its JSON are alike.
  if (companyId !== undefined) event.companyId = companyId;
  if (typeof time === 'string') event.time = time;
  if (timestamp !== undefined) event.timestamp = timestamp;
  const specversion = read('specversion');
  return {
    event: Object.freeze(event) as FicEvent,
    content: `${type}\n${subject}\n${ids.join(',')}`,
    specversion: typeof specversion === 'string' ? specversion : undefined,
  };
}

/** True when patterns may match the event: listed, and about a company. Only `'*'` gets the others. */
export function isKnownEvent(event: FicEvent): boolean {
  return event.companyId !== undefined && isEventName(event.name) && event.type.startsWith(eventTypePrefix);
}

function readJson(body: NotificationBody): { value?: unknown; reason?: string } {
  if ('parsed' in body) return { value: body.parsed };
  if (body.bytes.length === 0) return { reason: 'The body is empty.' };
  const result = parseJsonBody(body.bytes, maximumDepth);
  return result.ok ? { value: result.value } : { reason: `The body cannot be read: ${result.reason}.` };
}

/** Own members only: a body must not reach what lies on a prototype. */
function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isStructured(headers: CollectedHeaders, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const mediaType = headers.values['content-type'];
  if (mediaType !== undefined && structuredMediaType.test(mediaType)) return true;
  return structuredMembers.every((name) => typeof own(value as JsonObject, name) === 'string');
}

function readHeader(headers: CollectedHeaders, name: Attribute): string | undefined {
  const raw = headers.values[headerNames[name]];
  if (raw === undefined) return undefined;
  const decoded = decodeHeaderValue(raw, false);
  return decoded.ok ? decoded.value : undefined;
}

/** The copies of attributes beside a structured body must equal it: a gateway may have routed by them. */
function findDifferingCopy(headers: CollectedHeaders, body: JsonObject): string | undefined {
  for (const header in headers.values) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    const value = own(body, name);
    const raw = headers.values[header] ?? '';
    const decoded = decodeHeaderValue(raw, false);
    // An attribute that only the header has is no copy, unless it is one that the body must have.
    const isCopy = value !== undefined || ['id', 'type', 'source', 'subject', 'specversion', 'time'].includes(name);
    if (isCopy && !(decoded.ok && decoded.value === String(value))) return name;
  }
  return undefined;
}

function isUsable(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && isCloudEventString(value);
}

function unreadable(detail: string): Outcome {
  return { code: 'event-unreadable', detail };
}

function unbound(detail: string): Outcome {
  return { code: 'event-binding', detail };
}
