import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';
import { findFreePort } from '../../scripts/find-free-port.js';
import { planEvents } from '../plan/plan-events.js';
import { sendEvents } from '../send/send-events.js';
import { findUnsynced, readCalls } from './find-unsynced.js';

/** Events that are sent. Each has an answer that must follow a sync of its own, or of a group that it was in. */
const count = 150;
/** Times that it is tried, on a machine that stands still for so long that the process must refuse an event for now. */
const mostTurns = 3;
/** What is looked at. A file is written and synced, a connection read and written, by these on every version of Node.js. */
const calls = 'read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync';

/** @returns {string | undefined} What this machine has not got for it. */
export function missingTracer() {
  const { status, stderr, error } = spawnSync('strace', ['-f', '-e', 'trace=fsync', 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : `strace may not look into programs here: ${stderr.trim().split('\n')[0]}`;
}

/**
 * Receives events in a process whose system calls are recorded, and tells which answers of 202 came too early for the disk.
 *
 * Neither the product nor the database is asked: what counts is what the kernel was told to do, and when.
 *
 * @typedef {object} TraceOptions
 * @property {string} root The folder with `processes/`.
 * @property {string} folder For the record.
 * @property {string} file Of the database, which does not exist yet.
 * @property {string} socketPath Of the ledger.
 * @property {number} seed
 *
 * @param {TraceOptions} options
 * @returns {Promise<string[]>}
 */
export async function traceAnswers(options) {
  for (let turn = 1; ; turn++) {
    const { unsynced, refusals } = await traceOnce({ ...options, file: `${options.file}-${turn}` });
    // What was refused may have been stored all the same: then its next request is answered by what is on the disk already, and
    // nothing is written between the two.
    if (refusals === 0 || turn === mostTurns) return unsynced;
  }
}

/** @param {TraceOptions} options */
async function traceOnce({ root, folder, file, socketPath, seed }) {
  const log = join(folder, 'calls.log');
  const { privateKey, publicKey } = createTestKeyPair();
  const port = await findFreePort();
  const told = { backend: 'sqlite', connection: { file }, publicKey, socketPath, port, works: false };
  const child = spawn(
    'strace',
    [
      ...[
        '-f',
        '--seccomp-bpf',
        '-qq',
        '-yy',
        '-s',
        '32',
        '-e',
        `trace=${calls}`,
        '-e',
        'signal=none',
        '-o',
        log,
      ],
      ...[process.execPath, join(root, 'processes/receive.js')],
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, CHAOS_PROCESS: JSON.stringify(told) },
    },
  );
  const forget = cleanUpAtExit(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [message] = await Promise.race([once(child, 'message'), ended]);
  if (message?.is !== 'ready') throw new Error(`The process that is looked at ended with ${message}.`);
  let accepted = 0;
  let refusals = 0;
  await sendEvents({
    // Each once: a duplicate has nothing left to be written.
    events: planEvents({ count, seed, transactional: false }).map((event) => ({ ...event, sent: 'once' })),
    ports: [port],
    privateKey,
    mode: 'resets retried',
    seed,
    ledger: {
      keep: async (record) => {
        if (!('is' in record) || record.is !== 'attempt') return;
        if ('status' in record && record.status === 202) accepted++;
        else refusals++;
      },
    },
    ceasefire: { ask: async () => {}, release: () => {} },
    onProgress: () => {},
  });
  child.send('close');
  await ended;
  forget();
  const { answers, unsynced } = findUnsynced(readCalls(readFileSync(log, 'utf8')));
  // Were an answer not recognised, nothing would be said of it.
  if (answers !== accepted || accepted < count) {
    unsynced.push(
      `of ${count} events ${accepted} were answered with 202, and ${answers} such answers were seen`,
    );
  }
  return { unsynced, refusals };
}
