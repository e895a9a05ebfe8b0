import { createPrivateKey, type KeyObject } from 'node:crypto';
import { InvalidOptionError } from '@fic-webhooks/core';

/** The keys imported last, by their PEM: to import a key takes longer than to sign with it. */
const imported = new Map<string, KeyObject>();
const maximumImported = 16;

/**
 * Imports the PEM of a private key that can sign ES256.
 *
 * @param option - The name of the option it came from, for the error.
 * @throws InvalidOptionError `option-invalid` when it is something else.
 */
export function importSigningKey(pem: string, option: string): KeyObject {
  const known = imported.get(pem);
  if (known !== undefined) return known;
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw invalid(option, 'is not the PEM of a private key', error);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1')
    throw invalid(option, `is a private key, but not a P-256 one (${curve ?? key.asymmetricKeyType})`);
  if (imported.size >= maximumImported) imported.clear();
  imported.set(pem, key);
  return key;
}

function invalid(option: string, what: string, cause?: unknown): InvalidOptionError {
  const cure = 'Give the `privateKey` of createTestKeyPair().';
  return new InvalidOptionError('option-invalid', option, `${option} ${what}. ${cure}`, cause);
}
