import { writeFile } from 'node:fs/promises';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { type DevelopmentKey, readPrivateKey } from '../../input/read-private-key.js';
import type { Lines } from '../../output/output.js';
import { UsageError } from '../../usage-error.js';
import type { TriggerFlags } from './trigger-command.js';

/** Where a key to sign with may come from, and where to say that one was made. */
export interface KeySources {
  readonly flags: Pick<TriggerFlags, 'privateKey' | 'saveKey'>;
  readonly environment: NodeJS.ProcessEnv;
  readonly notices: Lines;
}

/**
 * The key to sign with: the one that was given, or a new one, of which the public half is told.
 *
 * @throws UsageError
 */
export async function findKey({ flags, environment, notices }: KeySources): Promise<DevelopmentKey> {
  const { privateKey: file, saveKey } = flags;
  const given = saveKey === undefined ? await readPrivateKey({ file, environment }) : undefined;
  if (given !== undefined) return given;
  const made = createTestKeyPair();
  if (saveKey !== undefined) await save(made.privateKey, saveKey);
  notices.write(describe(made, saveKey));
  return made;
}

async function save(privateKey: string, file: string): Promise<void> {
  try {
    // For its owner alone, and never in place of another file.
    await writeFile(file, privateKey, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST'
        ? `there is a file ${file} already. To use its key: --private-key ${file}`
        : `${file} cannot be written (${code})`;
    throw new UsageError('--save-key', `--save-key: ${why}.`);
  }
}

function describe({ publicKey }: DevelopmentKey, file: string | undefined): string {
  const kept =
    file === undefined
      ? 'No key was given, so one was made for this run alone. To keep one: --save-key key.pem'
      : `A new key was made: ${file}. Next time: --private-key ${file}`;
  return `${kept}
Your receiver must trust its public key, as \`publicKeys\`. During development only:

export FIC_PUBLIC_KEY=${Buffer.from(publicKey).toString('base64')}
`;
}
