import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { onTestFinished } from 'vitest';

/** Makes a folder, until the end of the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A key pair, and the file with its private half. */
export async function makeKey(): Promise<{ file: string; privateKey: string; publicKey: string }> {
  const keys = createTestKeyPair();
  const file = join(await makeFolder(), 'key.pem');
  await writeFile(file, keys.privateKey);
  return { file, ...keys };
}
