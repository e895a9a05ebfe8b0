import { randomUUID } from 'node:crypto';
import type { Logger } from '../../src/receiver/logger.js';
import type { BodyResult, ReceiverRequest } from '../../src/receiver/receiver-request.js';
import { type Claims, issuer, makeClaims, type SigningKey, signToken } from './sign-token.js';

/** What a notification says. */
export interface NotificationFields {
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  ids: readonly (number | string)[];
}

/** How a request differs from a good one. */
export interface RequestOptions {
  readonly event?: Partial<NotificationFields>;
  /** Over the claims that fit the event; undefined leaves one out. */
  readonly claims?: Claims;
  readonly key?: SigningKey;
  /** The token, in place of one signed for the event. */
  readonly token?: string;
  /** Over the headers of a good request, by lower-case name; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The body, in place of the one that fits: bytes and text as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly logger?: Logger;
}

/** A request of which a test can say whether its body was read. */
export interface TestRequest extends ReceiverRequest {
  readonly headers: readonly (readonly [string, string])[];
  /** How often the body was asked for. */
  readonly bodyReads: () => number;
}

const prefix = 'it.fattureincloud.webhooks.';

/** A notification in binary mode: attributes in `ce-*` headers, `{"data":{"ids":[]}}` as the body. */
export async function binaryRequest(options: RequestOptions = {}): Promise<TestRequest> {
  const fields = makeFields(options);
  const headers = {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': fields.id,
    'ce-type': fields.type,
    'ce-source': fields.source,
    'ce-subject': fields.subject,
    'ce-time': fields.time,
  };
  return makeRequest(
    'POST',
    await tokenFor(fields, options),
    headers,
    { data: { ids: fields.ids } },
    options,
  );
}

/** A notification in structured mode: everything in the body. */
export async function structuredRequest(options: RequestOptions = {}): Promise<TestRequest> {
  const { ids, ...attributes } = makeFields(options);
  const body = { specversion: '1.0', ...attributes, datacontenttype: 'application/json', data: { ids } };
  const headers = { 'content-type': 'application/cloudevents+json' };
  return makeRequest('POST', await tokenFor({ ...attributes, ids }, options), headers, body, options);
}

/** A verification request with its challenge in the header. */
export async function challengeRequest(
  challenge: string,
  options: RequestOptions = {},
): Promise<TestRequest> {
  const claims = { jti: undefined, sub: undefined, ...options.claims };
  const token = await tokenFor(makeFields(options), { ...options, claims });
  return makeRequest('GET', token, { 'x-fic-verification-challenge': challenge }, '', options);
}

function makeFields({ event = {} }: RequestOptions): NotificationFields {
  const type = event.type ?? 'entities.clients.create';
  return {
    id: `198:${randomUUID()}`,
    source: issuer,
    subject: 'company:108061',
    time: '2023-04-04T12:54:21+02:00',
    ids: [3062300],
    ...event,
    type: type.startsWith('it.') ? type : prefix + type,
  };
}

async function tokenFor({ id, subject }: NotificationFields, options: RequestOptions): Promise<string> {
  if (options.token !== undefined) return options.token;
  const claims = makeClaims({ jti: id, sub: subject, ...options.claims });
  return signToken(claims, options.key === undefined ? {} : { key: options.key });
}

function makeRequest(
  method: string,
  token: string,
  headers: Readonly<Record<string, string>>,
  fittingBody: unknown,
  options: RequestOptions,
): TestRequest {
  const bytes = toBytes('body' in options ? options.body : fittingBody);
  const length = bytes.length === 0 ? {} : { 'content-length': String(bytes.length) };
  const all = { authorization: `Bearer ${token}`, ...headers, ...length, ...options.headers };
  let reads = 0;
  return {
    method,
    headers: Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
    query: (name) => options.query?.[name],
    async body(): Promise<BodyResult> {
      reads++;
      return { bytes };
    },
    bodyReads: () => reads,
    ...(options.logger !== undefined && { logger: options.logger }),
  };
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}
