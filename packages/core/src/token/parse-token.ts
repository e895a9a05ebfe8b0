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

/** The two usual ways to write the header, `alg` first or `typ` first: nothing about them needs to be looked up. */
const usualHeaders: readonly string[] = [
  'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9',
];

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
  if (first <= 0 || first === last || token.indexOf('.', first + 1) !== last)
    return 'The token has not three parts.';
  const signature = platform.decodeBase64Url(token.slice(last + 1));
  if (signature === undefined) return 'The signature is not canonical base64url.';
  if (signature.length !== 64) return 'The signature has not 64 bytes.';
  const payload = platform.decodeBase64Url(token.slice(first + 1, last));
  if (payload === undefined) return 'The claims are not canonical base64url.';
  const header = token.slice(0, first);
  const flaw = usualHeaders.includes(header) ? undefined : findHeaderFlaw(header);
  return flaw ?? { signingInput: token.slice(0, last), signature, payload };
}

function findHeaderFlaw(text: string): string | undefined {
  const bytes = platform.decodeBase64Url(text);
  if (bytes === undefined) return 'The header is not canonical base64url.';
  const header = parseJsonObject(bytes);
  if (header === undefined) return 'The header is not a JSON object.';
  if (header['alg'] !== 'ES256') return 'The algorithm is not ES256.';
  return Object.hasOwn(header, 'crit') ? 'The header has crit.' : undefined;
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
