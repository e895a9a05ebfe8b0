import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import { connectLedger } from './connect-ledger.js';

/** @typedef {import('./records.js').LedgerRecord} LedgerRecord */

/**
 * Starts the ledger of a round in a process of its own.
 *
 * @param {string} folder
 */
export async function startLedger(folder) {
  const socketPath = join(folder, 'ledger.sock');
  const filePath = join(folder, 'ledger.ndjson');
  // Failpoints write here themselves: nobody else can confirm anything to a process that is about to be killed.
  const hitsPath = join(folder, 'hits.ndjson');
  const child = fork(fileURLToPath(new URL('ledger-process.js', import.meta.url)), [socketPath, filePath], {
    execArgv: [],
  });
  const forget = cleanUpAtExit(() => child.kill('SIGKILL'));
  await once(child, 'message');
  const { keep } = await connectLedger(socketPath);
  return {
    socketPath,
    hitsPath,
    keep,
    /** @returns {Promise<LedgerRecord[]>} */
    read: async () => [...(await readLines(filePath)), ...(await readLines(hitsPath))],
    /** Only what failpoints wrote, which is little. */
    readHits: () => readLines(hitsPath),
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
      forget();
    },
  };
}

/** @param {string} path @returns {Promise<LedgerRecord[]>} */
async function readLines(path) {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
