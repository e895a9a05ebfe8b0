import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestKeyPair } from '@fic-webhooks/testing';
import { findFreePort } from '../scripts/find-free-port.js';
import { makeTemporaryFolder } from '../scripts/make-temporary-folder.js';
import { traceAnswers } from './durability/trace-answers.js';
import { judge } from './judge/judge.js';
import { startLedger } from './ledger/start-ledger.js';
import { planEvents } from './plan/plan-events.js';
import random from './plan/random.cjs';
import { sendEvents } from './send/send-events.js';
import * as settings from './settings.js';
import { createCeasefire } from './supervise/ceasefire.js';
import { injectFaults } from './supervise/inject-faults.js';
import { killInMigration } from './supervise/kill-in-migration.js';
import { supervise } from './supervise/supervise.js';
import { watchStalls, watchStore } from './supervise/watch-stalls.js';

/**
 * How long a process works at least before it is killed, in times of how long it took to come to work: on a slow machine it
 * would do nothing but start otherwise. A quarter of a second is what it takes on a fast one.
 */
const fuse = /** @type {const} */ ([0.4, 4]);
/** The same where one fault is looked for. */
const shortFuse = /** @type {const} */ ([0.1, 0.5]);

/**
 * @typedef {object} RoundOptions
 * @property {import('./parts/part.js').Part} part
 * @property {import('./send/send-events.js').Mode} mode
 * @property {number} count Events.
 * @property {number} seed
 * @property {string} root The folder with `processes/`, whose `node_modules` holds the packages under test.
 * @property {number} leastHits How often each failpoint must be hit, `hitsBefore` included.
 * @property {ReadonlyMap<string, number>} [hitsBefore] In another round of this part.
 * @property {(text: string) => void} onProgress
 * @property {Focus} [focus]
 *
 * @typedef {object} Focus What a mutant is looked for with, to find it soon: without faults of the database, and without ends in
 *   peace, which explain much.
 * @property {readonly string[]} points The only failpoints that are armed.
 * @property {readonly import('./plan/kinds.js').KindName[]} kinds The costly kinds of events that are sent.
 * @property {boolean} [isTraced] Whether the system calls are looked at.
 *
 * @typedef {object} Round
 * @property {import('./judge/judge.js').Finding[]} findings
 * @property {ReadonlyMap<string, number>} hits By failpoint.
 * @property {ReadonlyMap<string, number>} faults By name.
 * @property {{ events: number, attempts: number, runs: number, drops: number, deadLetters: number, seconds: number, quiet: number }} figures
 * @property {string} folder With the ledger and what the processes printed.
 */

/**
 * Sends the events of one round through kills and faults, waits until all is quiet, and judges.
 *
 * @param {RoundOptions} options
 * @returns {Promise<Round>}
 */
export async function runRound({
  part,
  mode,
  count,
  seed,
  root,
  leastHits,
  hitsBefore = new Map(),
  onProgress,
  focus,
}) {
  const startedAt = performance.now();
  const folder = makeTemporaryFolder('chaos');
  const ledger = await startLedger(folder);
  const ceasefire = createCeasefire(join(folder, 'ceasefire'));
  const store = await part.open({
    folder,
    isBrief: focus !== undefined,
    migrate: async (connection) => {
      if (focus === undefined) await killInMigration({ part, connection, root, seed, ledger, ceasefire });
    },
  });
  try {
    const { transactional } = store;
    const events = planEvents({ count, seed, transactional, ...(focus && { costly: focus.kinds }) });
    const { privateKey, publicKey } = createTestKeyPair();
    const slots = [];
    for (const { receives, points, ...slot } of part.slots) {
      const armed = points.filter((point) => focus === undefined || focus.points.includes(point));
      slots.push({ ...slot, points: armed, ...(receives && { port: await findFreePort() }) });
    }
    const processes = supervise({
      ...{ slots, root, folder, ceasefire, ledger, seed },
      fuse: focus === undefined ? fuse : shortFuse,
      releases: focus === undefined,
      hitsBefore,
      libraries: part.libraries,
      isBlocked: store.isBlocked ?? (async () => false),
      application: { backend: part.name, connection: store.connection, publicKey },
    });
    const watching = new AbortController();
    const endOfWatch = watchStore(
      // Both: a store may write at once, and be long in finding what it has, or the other way round.
      () => Promise.all([store.probe(), store.countWaiting()]),
      (stall) => void ledger.keep({ is: 'fault', name: 'slow', ...stall }),
      watching.signal,
    );
    const endWatch = watchStalls((stall) => void ledger.keep({ is: 'fault', name: 'starved', ...stall }));
    const faults = injectFaults({
      faults: focus === undefined ? store.faults : [],
      seed: random.mixSeed(seed, 'faults'),
      ledger,
      ceasefire,
    });
    await sendEvents({
      ...{ events, privateKey, mode, ledger, ceasefire },
      ports: slots.flatMap(({ port }) => port ?? []),
      seed: random.mixSeed(seed, 'sender'),
      countWaiting: store.countWaiting,
      onProgress: (sent) => onProgress(`${sent} of ${count} events sent`),
    });
    await Promise.all([faults.stop(), ceasefire.end()]);
    const quiet = await waitForQuiet({ store, processes, onProgress });
    await processes.stop();
    watching.abort();
    endWatch();
    await endOfWatch;
    const isTraced = focus === undefined ? mode === 'resets retried' : focus.isTraced === true;
    const unsynced =
      store.traced !== undefined && isTraced
        ? await traceAnswers({ root, folder, file: store.traced, socketPath: ledger.socketPath, seed })
        : undefined;
    const records = await ledger.read();
    const [deadLetters, effects] = [await store.listDeadLetters(), await store.countEffects()];
    const points = new Set(part.slots.flatMap((slot) => slot.points));
    if (part.migrates) points.add('migration');
    const findings = judge({
      ...{ records, mode, effects, deadLetters, quiet },
      ...(unsynced !== undefined && { unsynced }),
      transactional,
      lease: settings.worker.lease,
      answeredWithin: settings.answeredWithin,
      failpoints: { points: [...points], least: leastHits, before: hitsBefore },
    });
    const of = (/** @type {string} */ is) => records.filter((record) => record.is === is).length;
    return {
      findings,
      hits: processes.hits,
      faults: new Map([...faults.counts, ['worker restarted', processes.releases]]),
      figures: {
        events: count,
        attempts: of('attempt'),
        runs: of('start'),
        drops: of('drop'),
        deadLetters: deadLetters.length,
        seconds: (performance.now() - startedAt) / 1_000,
        quiet: quiet.after / 1_000,
      },
      folder,
    };
  } finally {
    await store.close();
    await ledger.stop();
  }
}

/** Events that wait, and are more than those that only wait for a lease or for their next attempt. */
const backlog = 50;

/**
 * Waits until nothing waits any more: one lease and the backoff after the last answer, the last fault, the last death or stop of
 * a process, which some events bring about as well, and the end of a backlog.
 *
 * @param {object} options
 * @param {import('./parts/part.js').Store} options.store
 * @param {ReturnType<typeof supervise>} options.processes
 * @param {(text: string) => void} options.onProgress
 */
async function waitForQuiet({ store, processes, onProgress }) {
  const within = settings.quietWithin;
  const start = performance.now();
  let drained = start;
  for (;;) {
    const waiting = await store.countWaiting();
    const now = performance.now();
    // A slow machine works longer on what has come. That is no silence, and nothing that is stuck hides behind it.
    if (waiting > backlog) drained = now;
    const after = Math.round(now - Math.max(drained, processes.lastTrouble));
    onProgress(`${waiting} events wait`);
    const isHopeless = now - start > within * settings.worker.crashes;
    if (waiting === 0 || after > within || isHopeless) return { waiting, after, within };
    await pause(100);
  }
}
