import { InvalidOptionError } from '../errors/invalid-option-error.js';
import type { EcPublicJwk } from '../platform/platform.js';

/** A P-256 public key: PEM, base64 of a PEM, or a JWK as an object or as JSON. */
export type PublicKeyInput = string | Readonly<Record<string, unknown>>;

/**
 * The beginning of every uncompressed P-256 key in SubjectPublicKeyInfo form (RFC 5480), 26 bytes, and the 0x04 that
 * says uncompressed. A prefix in place of an ASN.1 reader: there is no other form of this key.
 */
const spkiPrefix = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const spkiLength = 91;

/**
 * Brings a public key into one form.
 *
 * @throws InvalidOptionError `public-keys-invalid`, with the reason.
 */
export function parsePublicKey(input: PublicKeyInput): EcPublicJwk {
  if (typeof input === 'object' && input !== null) return fromJwk(input);
  if (typeof input !== 'string') throw invalidKey(`a ${typeof input} is no key`);
  const text = input.trim();
  if (text.startsWith('{')) return fromJwk(parseJson(text));
  if (text.includes('-----BEGIN')) return fromPem(text);
  const decoded = decodeBase64(text);
  if (decoded?.includes('-----BEGIN')) return fromPem(decoded);
  throw invalidKey('the text is neither a PEM, nor base64 of a PEM, nor a JWK');
}

function fromPem(pem: string): EcPublicJwk {
  if (pem.includes('PRIVATE KEY')) throw invalidKey('this is a private key, which must not leave its owner');
  // Environment variables often carry the two characters \n in place of a line break.
  const match = /-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----/.exec(pem.replaceAll('\\n', '\n'));
  const der = match?.[1] === undefined ? undefined : decodeBase64(match[1].replace(/\s+/g, ''));
  if (der === undefined) throw invalidKey('the PEM holds no PUBLIC KEY, or is damaged');
  const hex = Array.from(der, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  if (der.length !== spkiLength || !hex.startsWith(spkiPrefix))
    throw invalidKey('the key is not an uncompressed P-256 key');
  const point = der.slice(spkiPrefix.length / 2);
  return {
    kty: 'EC',
    crv: 'P-256',
    x: encodeBase64Url(point.slice(0, 32)),
    y: encodeBase64Url(point.slice(32)),
  };
}

function fromJwk(jwk: Readonly<Record<string, unknown>>): EcPublicJwk {
  const { kty, crv, x, y } = jwk;
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y)) {
    throw invalidKey('the JWK is not a P-256 key (kty EC, crv P-256, x and y)');
  }
  if ('d' in jwk) throw invalidKey('this is a private key, which must not leave its owner');
  return { kty, crv, x, y };
}

/** Base64url of 32 bytes. */
function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value);
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw invalidKey('the JWK is not JSON');
  }
}

/** One character per byte. */
function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

function encodeBase64Url(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The error for a key that cannot be trusted. The key itself stays out of the message. */
export function invalidKey(reason: string, cause?: unknown): InvalidOptionError {
  return new InvalidOptionError(
    'public-keys-invalid',
    'publicKeys',
    `publicKeys: ${reason}. Leave the option out to trust the key that Fatture in Cloud publishes, or give a P-256 ` +
      'public key as PEM, as base64 of a PEM or as JWK.',
    cause,
  );
}
