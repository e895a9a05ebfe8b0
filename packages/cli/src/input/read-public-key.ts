import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.js';

const flag = '--public-key';

/**
 * Reads a public key: the path of a file, or the key itself as PEM, base64 of a PEM or JWK. Whether it is a key is for
 * core to say.
 *
 * @throws UsageError
 */
export async function readPublicKey(text: string): Promise<string> {
  if (text.trim() === '') throw new UsageError(flag, `${flag} is empty. Give a file, or the key itself.`);
  // LS0tLS1CRUdJTi is -----BEGIN in base64.
  if (/^\s*(?:-----BEGIN|\{|LS0tLS1CRUdJTi)/.test(text)) return text;
  try {
    return await readFile(text, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      flag,
      `${flag} is "${text}", which is neither a key nor a file that can be read (${code}). ` +
        'Give a file with a PEM, or the key itself as PEM or as base64 of a PEM.',
    );
  }
}
