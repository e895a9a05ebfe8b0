import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What tells the story of a round: not the databases. */
const files = ['ledger.ndjson', 'hits.ndjson', 'output.log', 'redis.log', 'calls.log'];

/**
 * Copies the ledger of a round that failed to a folder that stays.
 *
 * @param {string} folder Of the round, which is removed at the end.
 * @param {string} title
 * @returns {string} Where it is kept.
 */
export function keepEvidence(folder, title) {
  const name = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const kept = mkdtempSync(join(tmpdir(), `chaos-evidence-${name}-`));
  for (const file of files) {
    if (existsSync(join(folder, file))) cpSync(join(folder, file), join(kept, file));
  }
  return kept;
}
