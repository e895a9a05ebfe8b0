import { Buffer } from 'node:buffer';
import { sign } from 'node:crypto';
import { importSigningKey } from './import-signing-key.js';

/** The issuer of every token and the source of every event. */
export const issuer = 'https://api-v2.fattureincloud.it';

/** Milliseconds that a token of the service lives. */
const lifetime = 3 * 60 * 60 * 1000;

/** What every token needs, and how to spoil it. All but `privateKey` and `sink` may be left out. */
export interface TokenOptions {
  /** The PEM of a P-256 private key, from `createTestKeyPair`. */
  privateKey: string;
  /** The audience of the token: the `sink` option of the receiver, to the letter. */
  sink: string;
  /** The claim `aid`. Default 1234. */
  applicationId?: number;
  /** The claim `iat`, cut to whole seconds. Default now. */
  issuedAt?: Date;
  /** Milliseconds from `issuedAt` to the claim `exp`; may be negative. Default 3 hours, as the service has it. */
  expiresIn?: number;
  /** Claims to replace or to add. One that is `undefined` is left out. */
  claims?: Readonly<Record<string, unknown>>;
  /** Members of the JWS header to replace or to add. One that is `undefined` is left out. */
  tokenHeader?: Readonly<Record<string, unknown>>;
  /** The PEM of another P-256 private key to sign with: a forgery, or a key rotation. */
  signWith?: string;
  /** Changes the finished token: its text, or a function of it. */
  token?: string | ((token: string) => string);
}

/** Makes the token of a request. `bound` holds the claims that tie it to an event, if there is one. */
export function signToken(options: TokenOptions, bound: Readonly<Record<string, unknown>>): string {
  const { privateKey, sink, applicationId = 1234, issuedAt = new Date(), expiresIn = lifetime } = options;
  const issuedSeconds = Math.floor(issuedAt.getTime() / 1000);
  const payload = {
    iss: issuer,
    aud: [sink],
    ...bound,
    iat: issuedSeconds,
    exp: issuedSeconds + Math.round(expiresIn / 1000),
    aid: applicationId,
    ...options.claims,
  };
  const header = { typ: 'JWT', alg: 'ES256', ...options.tokenHeader };
  // JSON leaves members out that are undefined.
  const token = signTexts(JSON.stringify(header), JSON.stringify(payload), {
    privateKey: options.signWith ?? privateKey,
    option: options.signWith === undefined ? 'privateKey' : 'signWith',
  });
  return typeof options.token === 'function' ? options.token(token) : (options.token ?? token);
}

/** A key, and the name of the option that it came from, for errors. */
interface SigningKey {
  readonly privateKey: string;
  readonly option?: string;
}

/** Signs any two texts as header and payload with ES256 (RFC 7515 section 3.1, RFC 7518 section 3.4). */
export function signTexts(
  header: string,
  payload: string,
  { privateKey, option = 'privateKey' }: SigningKey,
): string {
  const input = `${encodeBase64Url(header)}.${encodeBase64Url(payload)}`;
  const key = importSigningKey(privateKey, option);
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** The base64url of a text as UTF-8, without padding. */
export function encodeBase64Url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
