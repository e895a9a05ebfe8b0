import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { TestRequest } from '../support/requests.js';
import { bodyOf, type Piece, toChunks, toHead } from './raw-http.js';

/** One way of spoiling a request. Numbers choose a place or a header; they wrap around. */
type Mutation =
  | { readonly kind: 'drop header'; readonly at: number }
  | { readonly kind: 'repeat header'; readonly at: number }
  | { readonly kind: 'replace header'; readonly at: number; readonly value: string }
  | { readonly kind: 'add header'; readonly name: string; readonly value: string }
  | { readonly kind: 'token elsewhere'; readonly name: string }
  | { readonly kind: 'change token'; readonly at: number; readonly character: string }
  | { readonly kind: 'method'; readonly method: string }
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'body'; readonly body: Uint8Array | string }
  | { readonly kind: 'pack'; readonly encoding: 'gzip' | 'deflate' | 'br'; readonly keep: number }
  | { readonly kind: 'chunked'; readonly size: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly at: number };

/** One request of a conversation. */
export interface FuzzedRequest {
  /** Which of the genuine and forged requests at hand to begin with. */
  readonly base: number;
  readonly mutations: readonly Mutation[];
  /** Where to cut the bytes in pieces, with a pause of so many milliseconds after each. */
  readonly cuts: readonly { readonly at: number; readonly pause: number }[];
}

const at = fc.nat(4_000);
const headerValue = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?'));
const headerName = fc.constantFrom(
  'authorization',
  'ce-id',
  'ce-type',
  'ce-subject',
  'ce-source',
  'ce-time',
  'ce-specversion',
  'ce-extension',
  'content-type',
  'content-length',
  'x-other',
);

const framing = fc.constantFrom(
  ['content-encoding', 'gzip'],
  ['content-encoding', 'zstd'],
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'gzip, chunked'],
  ['content-length', '0'],
  ['content-length', '5'],
  ['content-length', '100000'],
  ['content-length', '-1'],
  ['expect', '100-continue'],
  ['expect', 'a miracle'],
  ['connection', 'close'],
  ['connection', 'keep-alive, upgrade'],
  ['content-type', 'application/cloudevents+json'],
  ['content-type', 'application/cloudevents-batch+json'],
  ['x-fic-verification-challenge', 'abc'],
  ['x-padding', 'a'.repeat(20_000)],
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('drop header'), at }),
  fc.record({ kind: fc.constant('repeat header'), at }),
  fc.record({ kind: fc.constant('replace header'), at, value: headerValue }),
  fc.record({ kind: fc.constant('add header'), name: headerName, value: headerValue }),
  framing.map(([name = '', value = '']) => ({ kind: 'add header', name, value }) as const),
  fc.record({ kind: fc.constant('token elsewhere'), name: headerName }),
  fc.record({
    kind: fc.constant('change token'),
    at,
    character: fc.constantFrom('A', '_', '.', '=', '%', ' ', '"'),
  }),
  fc.record({
    kind: fc.constant('method'),
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'OPTIONS', 'post', 'FOO'),
  }),
  fc.record({
    kind: fc.constant('target'),
    target: fc.oneof(
      fc.webQueryParameters().map((query) => `/?${query}`),
      fc.constantFrom('*', 'http://example.com/', '/?x-fic-verification-challenge=%', '//', '/%00'),
    ),
  }),
  fc.record({ kind: fc.constant('body'), body: fc.oneof(fc.json(), fc.uint8Array({ maxLength: 300 })) }),
  fc.record({
    kind: fc.constant('pack'),
    encoding: fc.constantFrom('gzip', 'deflate', 'br'),
    keep: fc.oneof(fc.constant(4_000), fc.nat(80)),
  }),
  fc.record({ kind: fc.constant('chunked'), size: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant('insert'), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
  fc.record({ kind: fc.constant('truncate'), at }),
);

const request: fc.Arbitrary<FuzzedRequest> = fc.record({
  base: fc.nat(1_000),
  mutations: fc.array(mutation, { maxLength: 4 }),
  cuts: fc.array(fc.record({ at, pause: fc.nat(30) }), { maxLength: 3 }),
});

/** One to three requests over one connection, spoiled in some ways or in none. */
export const fuzzedConversation: fc.Arbitrary<readonly FuzzedRequest[]> = fc.array(request, {
  minLength: 1,
  maxLength: 3,
});

const packers = { gzip: gzipSync, deflate: deflateRawSync, br: brotliCompressSync };

/** The bytes to send for a request, in pieces. */
export async function toPieces(
  { base, mutations, cuts }: FuzzedRequest,
  bases: readonly TestRequest[],
): Promise<Piece[]> {
  const original = bases[base % bases.length];
  if (original === undefined) throw new Error('There is nothing to begin with.');
  let { method } = original;
  let target = '/webhooks/fic';
  let headers = original.headers.map(([name, value]) => [name, value] as [string, string]);
  let body = await bodyOf(original);
  let chunkSize: number | undefined;
  const token = headers.find(([name]) => name === 'authorization')?.[1].slice('Bearer '.length) ?? '';
  const pick = (place: number) => headers[place % Math.max(1, headers.length)];

  for (const change of mutations) {
    const chosen = 'at' in change ? pick(change.at) : undefined;
    if (change.kind === 'drop header') headers = headers.filter((header) => header !== chosen);
    else if (change.kind === 'repeat header' && chosen !== undefined) headers.push(chosen);
    else if (change.kind === 'replace header' && chosen !== undefined) chosen[1] = change.value;
    else if (change.kind === 'add header') headers.push([change.name, change.value]);
    else if (change.kind === 'token elsewhere') headers.push([change.name, token]);
    else if (change.kind === 'change token') {
      const index = change.at % Math.max(1, token.length);
      const changed = token.slice(0, index) + change.character + token.slice(index + 1);
      for (const header of headers) if (header[0] === 'authorization') header[1] = `Bearer ${changed}`;
    } else if (change.kind === 'method') method = change.method;
    else if (change.kind === 'target') target = change.target;
    else if (change.kind === 'body') body = Buffer.from(change.body as string);
    else if (change.kind === 'chunked') chunkSize = change.size;
    else if (change.kind === 'pack') {
      body = packers[change.encoding](body).subarray(0, change.keep);
      headers.push(['content-encoding', change.encoding]);
    }
  }

  const head = (drop: string[], add: [string, string][]) =>
    toHead({ ...original, method, headers }, { target, drop, add });
  const isSized = mutations.some(({ kind }) => kind === 'body' || kind === 'pack');
  let bytes: Uint8Array;
  if (chunkSize !== undefined) {
    const chunked = head(['content-length'], [['transfer-encoding', 'chunked']]);
    bytes = Buffer.concat([Buffer.from(chunked, 'latin1'), ...toChunks(body, chunkSize)]);
  } else {
    const sized = isSized
      ? head(['content-length'], [['content-length', String(body.length)]])
      : head([], []);
    bytes = Buffer.concat([Buffer.from(sized, 'latin1'), body]);
  }
  for (const change of mutations) {
    if (change.kind === 'truncate') bytes = bytes.subarray(0, change.at);
    if (change.kind !== 'insert') continue;
    const index = change.at % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, index), change.bytes, bytes.subarray(index)]);
  }
  return cut(bytes, cuts);
}

function cut(bytes: Uint8Array, cuts: FuzzedRequest['cuts']): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { at: place, pause } of [...cuts].sort((one, other) => one.at - other.at)) {
    const end = Math.min(place, bytes.length);
    if (end <= start) continue;
    pieces.push(bytes.subarray(start, end), pause);
    start = end;
  }
  return start < bytes.length ? [...pieces, bytes.subarray(start)] : pieces;
}
