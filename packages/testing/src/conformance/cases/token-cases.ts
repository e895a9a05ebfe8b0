import { Buffer } from 'node:buffer';
import { createHmac, createPublicKey } from 'node:crypto';
import { createTestKeyPair } from '../../create-test-key-pair.js';
import { encodeBase64Url, signTexts } from '../../sign-token.js';
import {
  acceptNotification,
  type ConformanceCase,
  type NotificationRecipe,
  refuseNotification,
  saveable,
  unauthorized,
} from '../conformance-case.js';
import type { Delivery, Probe } from '../probe.js';

const hour = 60 * 60 * 1000;
const malformed = unauthorized('token-malformed');
const refuseMalformed = (name: string, recipe: NotificationRecipe) =>
  refuseNotification(name, malformed, recipe);

/** The form of the token and its signature. */
export const tokenCases: readonly ConformanceCase[] = [
  refuseNotification('token: none', unauthorized('token-missing'), { headers: { authorization: undefined } }),
  refuseNotification('token: empty Authorization header', unauthorized('token-missing', 'token-malformed'), {
    headers: { authorization: '' },
  }),
  refuseNotification(
    'token: two Authorization headers',
    unauthorized('token-repeated', 'token-malformed'),
    (probe) => {
      const delivery = probe.notify();
      // Runtimes with Fetch headers see both in one value, which is no well-formed token.
      delivery.request.headers.push(['Authorization', authorizationOf(probe.notify())]);
      return delivery;
    },
  ),
  refuseNotification('token: another scheme', unauthorized('token-missing'), {
    headers: { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` },
  }),
  acceptNotification('token: scheme in lower case', (probe) => {
    const delivery = probe.notify();
    return withAuthorization(delivery, authorizationOf(delivery).replace('Bearer', 'bearer'));
  }),
  refuseNotification('token: scheme without a token', unauthorized('token-missing', 'token-malformed'), {
    headers: { authorization: 'Bearer' },
  }),
  refuseMalformed('token: one part', { token: 'abcdefgh' }),
  refuseMalformed('token: two parts', { token: (token) => token.slice(0, token.lastIndexOf('.')) }),
  refuseMalformed('token: four parts', { token: (token) => `${token}.AAAA` }),
  refuseMalformed('token: empty parts', { token: '..' }),
  refuseMalformed('token: followed by another word', { token: (token) => `${token} more` }),
  refuseMalformed('token: header is not base64url', { token: (token) => `*${token.slice(1)}` }),
  refuseMalformed('token: header is not JSON', {
    token: (token) => replacePart(token, 0, encodeBase64Url('{"alg":')),
  }),
  refuseMalformed('token: header is not an object', {
    token: (token) => replacePart(token, 0, encodeBase64Url('"ES256"')),
  }),
  refuseMalformed('token: payload is not base64url', { token: (token) => token.replace('.', '.*') }),
  refuseMalformed('token: signature is empty', { token: (token) => replacePart(token, 2, '') }),
  refuseMalformed('token: signature is cut short', { token: (token) => token.slice(0, -4) }),
  refuseMalformed('token: signature in DER form', { token: (token) => replacePart(token, 2, toDer(token)) }),
  refuseMalformed('token: with padding', { token: (token) => `${token}==` }),
  refuseMalformed('token: base64url that is not canonical', { token: spoilLastCharacter }),
  refuseMalformed('token: alg missing', { tokenHeader: { alg: undefined } }),
  refuseMalformed('token: alg none', {
    tokenHeader: { alg: 'none' },
    token: (token) => replacePart(token, 2, ''),
  }),
  refuseMalformed('token: alg none with a signature', { tokenHeader: { alg: 'none' } }),
  refuseMalformed('token: alg HS256, the public key as secret', (probe) =>
    probe.notify({}, { tokenHeader: { alg: 'HS256' }, token: (token) => signWithPublicKey(token, probe) }),
  ),
  refuseMalformed('token: alg ES384', { tokenHeader: { alg: 'ES384' } }),
  refuseMalformed('token: alg in lower case', { tokenHeader: { alg: 'es256' } }),
  refuseMalformed('token: crit', { tokenHeader: { crit: ['b64'], b64: true } }),
  acceptNotification('token: other members in its header', {
    tokenHeader: { typ: undefined, kid: 'one', jku: 'https://example.org/keys' },
  }),
  refuseNotification('token: forged, for another sink', unauthorized('token-untrusted'), (probe) =>
    probe.notify({}, { ...forge(), claims: { aud: ['https://example.org/other'] } }),
  ),
  refuseNotification('token: forged, of another application', unauthorized('token-untrusted'), (probe) =>
    probe.notify({}, { ...forge(), claims: { aid: probe.applicationId + 1 } }),
  ),
  refuseNotification('token: forged, of another issuer', unauthorized('token-untrusted'), (probe) =>
    probe.notify({}, { ...forge(), claims: { iss: 'https://example.org' } }),
  ),
  refuseNotification('token: forged and expired', unauthorized('token-untrusted'), (probe) =>
    probe.notify({}, { ...forge(), expiresIn: -hour }),
  ),
  refuseNotification('token: unknown key, names this receiver', saveable('signing-key-unknown'), (probe) =>
    probe.notify({}, forge()),
  ),
  refuseNotification('token: claims changed after signing', saveable('signing-key-unknown'), (probe) => {
    const other = authorizationOf(probe.notify()).split('.')[1] ?? '';
    return probe.notify({}, { token: (token) => replacePart(token, 1, other) });
  }),
  ...['null', '[]', '"text"', '{"iss":', ''].map((payload) =>
    refuseNotification(
      `token: genuine, its claims are ${payload || 'empty'}`,
      saveable('token-claims'),
      (probe) => {
        const token = signTexts('{"alg":"ES256"}', payload, probe);
        return probe.notify({}, { token });
      },
    ),
  ),
];

/** Signed by a key that the receiver does not know. */
function forge(): { signWith: string } {
  return { signWith: createTestKeyPair().privateKey };
}

function authorizationOf({ request }: Delivery): string {
  return request.headers.find(([name]) => name === 'Authorization')?.[1] ?? '';
}

function withAuthorization(delivery: Delivery, value: string): Delivery {
  const headers = delivery.request.headers.map(([name, old]): [string, string] => [
    name,
    name === 'Authorization' ? value : old,
  ]);
  return { ...delivery, request: { ...delivery.request, headers } };
}

function replacePart(token: string, index: number, part: string): string {
  return token
    .split('.')
    .map((old, at) => (at === index ? part : old))
    .join('.');
}

/** The classic confusion: an HMAC whose secret is the text of the public key. */
function signWithPublicKey(token: string, { privateKey }: Probe): string {
  const secret = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  const input = token.slice(0, token.lastIndexOf('.'));
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** 64 bytes leave four bits of the last character unused; setting them gives another text for the same bytes. */
function spoilLastCharacter(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.slice(-1));
  return token.slice(0, -1) + alphabet.charAt(last | 1);
}

/** The signature as an ASN.1 sequence of two integers, as OpenSSL writes it. */
function toDer(token: string): string {
  const raw = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
    const start = half.findIndex((byte) => byte !== 0);
    const bytes = half.subarray(start);
    const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(2, positive.length), positive]);
  });
  const sequence = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, sequence.length), sequence]).toString('base64url');
}
