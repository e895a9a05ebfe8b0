import { verify } from 'node:crypto';
import type { Delivery } from '../model/delivery.js';
import { checkTimes } from './check-token-times.js';
import { type DecodedToken, decodeToken } from './decode-token.js';
import type { TokenCheckView, TokenView } from './views.js';

/** A token, and what it is judged by. */
export interface SentToken {
  /** The text after `Bearer `. */
  readonly token: string;
  /** What it was sent with. */
  readonly delivery: Pick<Delivery, 'kind' | 'sink' | 'eventId' | 'companyId' | 'applicationId'>;
  /** The PEM that a receiver trusts. */
  readonly publicKey: string;
  /** When it was sent, on the wall clock: milliseconds since the epoch. */
  readonly sentAt: number;
}

/** The issuer of every token, and the source of every event. */
const issuer = 'https://api-v2.fattureincloud.it';

/**
 * Says of every part of a token whether a receiver may trust it, as of the moment it was sent. Never throws, whatever
 * the token.
 */
export function explainToken({ token, delivery, publicKey, sentAt }: SentToken): TokenView {
  const decoded = decodeToken(token);
  const { header, payload } = decoded;
  const claims = payload ?? {};
  return {
    header,
    payload,
    checks: [
      checkSignature(decoded, publicKey),
      checkText({ name: 'alg', value: header?.['alg'], expected: 'ES256', meaning: 'the only algorithm' }),
      checkText({ name: 'iss', value: claims['iss'], expected: issuer, meaning: 'Fatture in Cloud' }),
      checkAudience(claims['aud'], delivery.sink),
      ...checkBinding(claims, delivery),
      ...checkTimes(claims, sentAt),
      checkApplication(claims['aid'], delivery),
    ],
  };
}

function checkSignature({ signature, signed }: DecodedToken, publicKey: string): TokenCheckView {
  const rest = {
    name: 'signature',
    value: signature,
    expected: 'made with the key of this emulator',
  } as const;
  if (signature === null) return { ...rest, ok: false, why: 'The token has not three parts.' };
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.toString('base64url') !== signature || bytes.length !== 64) {
    return { ...rest, ok: false, why: 'It is not 64 bytes in base64url, as ES256 has it.' };
  }
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', Buffer.from(signed), key, bytes)
    ? { ...rest, ok: true, why: 'Signed with the key of this emulator.' }
    : { ...rest, ok: false, why: 'Signed with another key, or changed after it was signed.' };
}

interface TextCheck {
  readonly name: 'alg' | 'iss' | 'sub' | 'jti';
  readonly value: unknown;
  readonly expected: string;
  /** What the expected value stands for. */
  readonly meaning: string;
}

function checkText({ name, value, expected, meaning }: TextCheck): TokenCheckView {
  const rest = { name, value: show(value), expected };
  if (value === expected) return { ...rest, ok: true, why: `It is ${meaning}.` };
  return { ...rest, ok: false, why: value === undefined ? 'It is missing.' : `It is not ${meaning}.` };
}

function checkAudience(value: unknown, sink: string): TokenCheckView {
  const rest = { name: 'aud', value: show(value), expected: sink } as const;
  if (value === undefined) return { ...rest, ok: false, why: 'It is missing.' };
  const names = Array.isArray(value) ? value.includes(sink) : value === sink;
  return names
    ? { ...rest, ok: true, why: 'It names the sink, to the letter.' }
    : { ...rest, ok: false, why: 'It does not name this sink: the token was made for another receiver.' };
}

/** What ties a token to an event. A verification has no event. */
function checkBinding(
  { sub, jti }: Readonly<Record<string, unknown>>,
  { kind, eventId, companyId }: SentToken['delivery'],
): TokenCheckView[] {
  if (kind === 'verification') return [checkAbsent('sub', sub), checkAbsent('jti', jti)];
  return [
    checkText({
      name: 'sub',
      value: sub,
      expected: `company:${companyId}`,
      meaning: 'the subject of the event',
    }),
    checkText({ name: 'jti', value: jti, expected: eventId, meaning: 'the id of the event' }),
  ];
}

function checkAbsent(name: 'sub' | 'jti', value: unknown): TokenCheckView {
  const ok = value === undefined;
  const why = ok ? 'A verification has no event to be tied to.' : 'It ties a verification to an event.';
  return { name, value: show(value), expected: 'none', ok, why };
}

function checkApplication(value: unknown, { kind, applicationId }: SentToken['delivery']): TokenCheckView {
  const rest = { name: 'aid', value: show(value), expected: String(applicationId) } as const;
  if (value === applicationId)
    return { ...rest, ok: true, why: 'It is the application of the subscription.' };
  if (value !== undefined) return { ...rest, ok: false, why: 'It is another application.' };
  return kind === 'verification'
    ? { ...rest, ok: true, why: 'The token of a verification may leave it out.' }
    : { ...rest, ok: false, why: 'It is missing.' };
}

function show(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
