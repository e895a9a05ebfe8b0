import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUpAtExit } from './clean-up-at-exit.js';

/**
 * A new folder that is gone when this process ends.
 *
 * @param {string} name
 */
export function makeTemporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `fic-webhooks-${name}-`));
  // Programs that were just killed may still write a little.
  cleanUpAtExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}
