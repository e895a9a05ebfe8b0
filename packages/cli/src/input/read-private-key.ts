import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.js';

const flag = '--private-key';
const variable = 'FIC_PRIVATE_KEY';

/** A key to sign with during development. */
export interface DevelopmentKey {
  /** PKCS #8, PEM. Never to be printed. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string;
}

/** Where a key may come from. */
export interface PrivateKeySources {
  /** The value of `--private-key`. */
  readonly file: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Reads the key to sign with, from a file or else from the environment. The text of the key stands in no message.
 *
 * @returns Undefined when there is neither.
 * @throws UsageError
 */
export async function readPrivateKey({
  file,
  environment,
}: PrivateKeySources): Promise<DevelopmentKey | undefined> {
  if (file !== undefined) return parseKey(flag, await readKeyFile(file));
  const text = environment[variable];
  return text === undefined || text.trim() === '' ? undefined : parseKey(variable, text);
}

async function readKeyFile(file: string): Promise<string> {
  if (/-----BEGIN|^\s*LS0tLS1CRUdJTi/.test(file)) {
    throw new UsageError(
      flag,
      `${flag} takes the path of a file. The command line is no place for a key: others on this machine can read it. Put it in a file, or in ${variable}.`,
    );
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      flag,
      `${flag}: the file ${file} cannot be read (${code}). To make a key there: fic-webhooks trigger … --save-key ${file}`,
    );
  }
}

function parseKey(source: string, text: string): DevelopmentKey {
  const key = importKey(source, decode(text));
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new UsageError(
      flag,
      `${source} is a private key, but not a P-256 one, which ES256 needs. To make one: fic-webhooks trigger … --save-key key.pem`,
    );
  }
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string,
  };
}

function importKey(source: string, pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of it tells a reader nothing.
    const what = pem.includes('PUBLIC KEY')
      ? 'a public key: to sign takes the private one'
      : 'no private key';
    throw new UsageError(
      flag,
      `${source} holds ${what}. Give the PEM of a P-256 private key without a passphrase. To make one: fic-webhooks trigger … --save-key key.pem`,
    );
  }
}

/** A PEM, perhaps with `\n` in place of line breaks, or base64 of a PEM. */
function decode(text: string): string {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  return plain.replaceAll('\\n', '\n');
}
