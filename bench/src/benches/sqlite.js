import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { makeItems } from '../inbox/make-items.js';
import { putEvents, putIntoFile } from '../inbox/put-events.js';
import { emptyAgain, makeEmptyFile, makeFullFile } from '../inbox/sqlite-files.js';
import { compareWithDriver } from './sqlite-speed.js';

/** @import { SqliteInbox } from '@fic-webhooks/sqlite' */
/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

const concurrency = 64;

/**
 * What it costs to store an event durably: against the driver alone, against one commit for each event, with many events
 * stored, and while another process holds the lock. All files lie in the folder for temporary files.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchSqlite(context) {
  const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-bench-'));
  try {
    const speed = await compareWithDriver(context, folder);
    const stored = context.quick ? 20_000 : 1_000_000;
    const done = await compareWithFull(context, folder, { stored, state: 'done' });
    const waiting = await compareWithFull(context, folder, { stored, state: 'waiting' });
    const standstill = await measureStandstill(context, folder);
    const count = stored.toLocaleString('en');
    return {
      measurements: [
        ...speed.measurements,
        {
          name: `time of an accept, ${count} done ÷ 0 stored`,
          unit: '×',
          better: 'lower',
          samples: done,
          target: { median: 1.25 },
        },
        {
          name: `time of an accept, ${count} waiting ÷ 0 stored`,
          unit: '×',
          better: 'lower',
          samples: waiting,
        },
        {
          name: 'longest standstill of the event loop while another process has the lock',
          unit: 'µs',
          better: 'lower',
          samples: standstill,
          target: { median: 20_000 },
        },
      ],
      figures: speed.figures,
      remarks: [
        ...(speed.remarks ?? []),
        'a commit of the driver alone is in place, without a thread and without promises.',
        'the file system is the one of the folder for temporary files: its fsync sets the pace.',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {BenchContext} context
 * @param {string} folder
 * @param {{ stored: number, state: 'done' | 'waiting' }} options
 * @returns {Promise<number[]>} The time of an accept in a file that is full, in relation to one that is empty.
 */
async function compareWithFull({ quick, onRound }, folder, { stored, state }) {
  const events = quick ? 640 : 6_400;
  const full = join(folder, `${state}.db`);
  await makeFullFile(full, stored, state);
  let files = 0;
  const samples = await runRounds({
    contenders: [
      {
        name: 'full',
        measure: async () => {
          const { rate } = await putIntoFile(full, events, concurrency);
          emptyAgain(full);
          return rate;
        },
      },
      {
        name: 'empty',
        measure: async () => {
          const file = join(folder, `${state}-empty-${++files}.db`);
          await makeEmptyFile(file);
          return (await putIntoFile(file, events, concurrency)).rate;
        },
      },
    ],
    rounds: quick ? 2 : 15,
    warmUpRounds: 1,
    onRound,
  });
  rmSync(full);
  return ratios(samplesOf(samples, 'empty'), samplesOf(samples, 'full'));
}

/**
 * @param {BenchContext} context
 * @param {string} folder
 * @returns {Promise<number[]>} Microseconds for which the event loop stood still at most, in each round.
 */
async function measureStandstill({ quick, onRound }, folder) {
  const file = join(folder, 'locked.db');
  const inbox = sqliteInbox({ file });
  try {
    // Whatever is compiled and allocated at first belongs to the start.
    await putEvents(inbox, 2_000, concurrency);
    const rounds = quick ? 2 : 15;
    const samples = [];
    for (let round = 0; round < rounds; round++) {
      onRound(round + 1, rounds);
      samples.push(await standStill(inbox, file));
    }
    return samples;
  } finally {
    await inbox.close();
  }
}

/**
 * Has another process lock the file, and puts events meanwhile, all of which must be refused.
 *
 * @param {SqliteInbox} inbox
 * @param {string} file
 */
async function standStill(inbox, file) {
  const holder = fork(new URL('../inbox/sqlite-lock-holder.js', import.meta.url), [file]);
  await once(holder, 'message');
  const items = makeItems(concurrency);
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const codes = await Promise.all(
    items.map((item) =>
      inbox.put(item).then(
        () => 'stored',
        (error) => error.code,
      ),
    ),
  );
  clearInterval(timer);
  holder.send('end');
  await once(holder, 'exit');
  const other = codes.find((code) => code !== 'inbox-locked');
  if (other !== undefined) throw new Error(`A put on a locked file ended with ${other}.`);
  return longest * 1_000;
}
