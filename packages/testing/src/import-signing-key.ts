import { createPrivateKey, type KeyObject } from 'node:crypto';
import { InvalidOptionError } from '@fic-webhooks/core';

/**
 * Imports the PEM of a private key that can sign ES256.
 *
 * @param option - The name of the option it came from, for the error.
 * @throws InvalidOptionError `option-invalid` when it is something else.
 */
export function importSigningKey(pem: string, option: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw invalid(option, 'is not the PEM of a private key', error);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== 'prime256v1')
    throw invalid(option, `is a private key, but not a P-256 one (${curve ?? key.asymmetricKeyType})`);
  return key;
}

function invalid(option: string, what: string, cause?: unknown): InvalidOptionError {
  const cure = 'Give the `privateKey` of createTestKeyPair().';
  return new InvalidOptionError('option-invalid', option, `${option} ${what}. ${cure}`, cause);
}
