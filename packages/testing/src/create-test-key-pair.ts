import { generateKeyPairSync } from 'node:crypto';

/** A P-256 key pair as PEM texts. */
export interface TestKeyPair {
  /** PKCS #8. Give it to `signNotification`, `challengeRequest` and `runConformance`. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo. Give it to the receiver under test as `publicKeys`. */
  readonly publicKey: string;
}

/**
 * Makes a fresh key pair for signing tokens in tests. No key ships in this package: a key that everybody has would
 * one day be trusted by somebody in production.
 *
 * @example
 * ```ts
 * const { privateKey, publicKey } = createTestKeyPair();
 * const receiver = createReceiver({ sink, applicationId: 1234, publicKeys: publicKey });
 * ```
 */
export function createTestKeyPair(): TestKeyPair {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
