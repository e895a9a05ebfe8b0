import { createTestKeyPair, type TestKeyPair } from '@fic-webhooks/testing';
import type { SettingsTable } from './settings-table.js';

/** The key pair of this state: made at its first use, and kept with it. */
export function readSigningKey(settings: SettingsTable): TestKeyPair {
  const known = settings.read<TestKeyPair>('signing-key');
  if (known !== undefined) return known;
  const made = createTestKeyPair();
  settings.write('signing-key', made);
  return made;
}
