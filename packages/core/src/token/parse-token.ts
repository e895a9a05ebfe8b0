import { platform } from '#platform';

/** A well-formed ES256 token whose signature has not been looked at yet. */
export interface ParsedToken {
  /** The first two parts with the dot between them: what was signed. */
  readonly signingInput: string;
  /** 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
  /** The bytes of the claims. Not to be read before the signature has been verified. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Longer than any header a server lets through, so that no work is done on a monster. */
const maximumLength = 16_384;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a token apart (JWS compact serialisation, RFC 7515 section 3.1), or says in a few words why it is none.
 *
 * The algorithm is pinned to ES256. `crit` is refused, because we understand no extension (section 4.1.11).
 * Every part must be canonical base64url, so that no two texts stand for one token.
 */
export function parseToken(token: string): ParsedToken | string {
  if (token.length > maximumLength) return 'The token is too long.';
  const first = token.indexOf('.');
  const last = token.lastIndexOf('.');
  if (first <= 0 || first === last || token.indexOf('.', first + 1) !== last) return 'The token has not three parts.';
  const header = platform.decodeBase64Url(token.slice(0, first));
  const payload = platform.decodeBase64Url(token.slice(first + 1, last));
  const signature = platform.decodeBase64Url(token.slice(last + 1));
  if (header === undefined || payload === undefined || signature === undefined) {
    return 'A part of the token is not canonical base64url.';
  }
  if (signature.length !== 64) return 'The signature has not 64 bytes.';
  const fields = parseJsonObject(header);
  if (fields === undefined) return 'The header of the token is not a JSON object.';
  if (fields['alg'] !== 'ES256') return 'The algorithm of the token is not ES256.';
  if (Object.hasOwn(fields, 'crit')) return 'The token has a crit header.';
  return { signingInput: token.slice(0, last), signature, payload };
}

/** The JSON object that the bytes hold, or undefined. */
export function parseJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
