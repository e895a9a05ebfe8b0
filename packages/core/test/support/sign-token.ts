import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { type JWTHeaderParameters, SignJWT } from 'jose';

/** The sink and the application that the tokens of the tests are made for. */
export const sink = 'https://example.com/webhooks/fic';
export const applicationId = 1234;
export const issuer = 'https://api-v2.fattureincloud.it';

/** A P-256 key pair. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half, SubjectPublicKeyInfo. */
  readonly pem: string;
}

/** Makes a fresh key pair. */
export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey, pem: publicKey.export({ type: 'spki', format: 'pem' }) as string };
}

/** The key that signs where a test names none. */
export const signingKey = createSigningKey();

/** Claims of any form. */
export type Claims = Readonly<Record<string, unknown>>;

/** The claims of a good token, made now and with an id of its own. An override of undefined leaves a claim out. */
export function makeClaims(overrides: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: [sink],
    sub: 'company:108061',
    jti: `198:${randomUUID()}`,
    iat: now,
    exp: now + 3 * 60 * 60,
    aid: applicationId,
    ...overrides,
  };
}

/** Signs with jose, an implementation that shares nothing with the code under test. */
export async function signToken(
  claims: Claims = makeClaims(),
  { key = signingKey, header = {} }: { key?: SigningKey; header?: Partial<JWTHeaderParameters> } = {},
): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header })
    .sign(key.privateKey);
}

/** Signs a header and claims as they are, well-formed or not: what no library would sign. */
export function signParts(header: string, payload: string, key: SigningKey = signingKey): string {
  const signingInput = `${encodeBase64Url(header)}.${encodeBase64Url(payload)}`;
  return `${signingInput}.${signInput(signingInput, key)}`;
}

/** The third part for the first two, base64url of r and s. */
export function signInput(signingInput: string, key: SigningKey = signingKey): string {
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return sign('sha256', Buffer.from(signingInput), options).toString('base64url');
}

export function encodeBase64Url(data: string | Uint8Array): string {
  return Buffer.from(data as string).toString('base64url');
}
