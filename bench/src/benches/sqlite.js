import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import { runConcurrently } from '../harness/run-concurrently.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { pairRounds, quantile, ratios } from '../harness/statistics.js';
import { makeItems } from '../inbox/make-items.js';
import { insertWithDriver } from '../inbox/sqlite-driver.js';
import { emptyAgain, makeEmptyFile, makeFullFile } from '../inbox/sqlite-files.js';

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
 */
async function compareWithDriver({ quick, onRound }, folder) {
  const events = quick ? 640 : 12_800;
  const single = Math.round(events / 16);
  /** @type {Record<'accept' | 'acceptAlone' | 'commit' | 'typicalCommit', number[]>} */
  const times = { accept: [], acceptAlone: [], commit: [], typicalCommit: [] };
  let files = 0;
  const freshFile = async () => {
    const file = join(folder, `speed-${++files}.db`);
    await makeEmptyFile(file);
    return file;
  };
  const rounds = quick ? 2 : 15;
  const warmUpRounds = 1;
  const samples = await runRounds({
    contenders: [
      {
        name: 'one commit per event',
        measure: async () => {
          const file = await freshFile();
          const items = makeItems(single);
          const [rate, commits] = rateOf(single, () => insertWithDriver({ file, items, perCommit: 1 }));
          times.commit.push(quantile(commits, 0.99));
          times.typicalCommit.push(quantile(commits, 0.5));
          return rate;
        },
      },
      {
        name: 'group commits',
        measure: async () => {
          const file = await freshFile();
          const items = makeItems(events);
          return rateOf(events, () => insertWithDriver({ file, items, perCommit: concurrency }))[0];
        },
      },
      {
        name: 'inbox',
        measure: async () => {
          const { rate, accepts } = await accept(await freshFile(), events, concurrency);
          times.accept.push(quantile(accepts, 0.99));
          return rate;
        },
      },
      {
        name: 'inbox, one at a time',
        measure: async () => {
          const { rate, accepts } = await accept(await freshFile(), single, 1);
          times.acceptAlone.push(quantile(accepts, 0.99));
          return rate;
        },
      },
    ],
    rounds,
    warmUpRounds,
    onRound,
  });
  for (const one of Object.values(times)) one.splice(0, warmUpRounds);
  const inbox = samplesOf(samples, 'inbox');
  const divide = (/** @type {number} */ left, /** @type {number} */ right) => left / right;
  /** @type {BenchResult['measurements']} */
  const measurements = [
    {
      name: `durable accepts, ${concurrency} at a time ÷ one commit per event`,
      unit: '×',
      better: 'higher',
      samples: ratios(inbox, samplesOf(samples, 'one commit per event')),
      target: { median: 5 },
    },
    {
      name: `durable accepts, ${concurrency} at a time ÷ the driver alone, ${concurrency} per commit`,
      unit: '×',
      better: 'higher',
      samples: ratios(inbox, samplesOf(samples, 'group commits')),
      target: { median: 0.8 },
    },
    {
      name: `slowest of 100 accepts, ${concurrency} at a time ÷ slowest of 100 single commits`,
      unit: '×',
      better: 'lower',
      samples: pairRounds(times.accept, times.commit, divide),
      target: { median: 3 },
    },
    {
      name: 'slowest of 100 accepts, 1 at a time ÷ slowest of 100 single commits',
      unit: '×',
      better: 'lower',
      samples: pairRounds(times.acceptAlone, times.commit, divide),
      target: { median: 3 },
    },
  ];
  const inMicroseconds = (/** @type {number[]} */ list) => list.map((time) => time * 1_000);
  const figures = [
    ...[...samples].map(([name, rates]) => ({ name, unit: 'events/s', samples: rates })),
    { name: 'median single commit', unit: 'µs', samples: inMicroseconds(times.typicalCommit) },
    { name: 'slowest of 100 single commits', unit: 'µs', samples: inMicroseconds(times.commit) },
    {
      name: `slowest of 100 accepts, ${concurrency} at a time`,
      unit: 'µs',
      samples: inMicroseconds(times.accept),
    },
    { name: 'slowest of 100 accepts, 1 at a time', unit: 'µs', samples: inMicroseconds(times.acceptAlone) },
  ];
  return { measurements, figures };
}

/**
 * @template Result
 * @param {number} events
 * @param {() => Result} work
 * @returns {[rate: number, result: Result]} Events per second, and what the work gave.
 */
function rateOf(events, work) {
  const started = performance.now();
  const result = work();
  return [(events / (performance.now() - started)) * 1_000, result];
}

/**
 * Puts new events. Each must be stored.
 *
 * @param {string} file
 * @param {number} events
 * @param {number} atOnce
 * @returns {Promise<{ rate: number, accepts: number[] }>} Events per second, and the milliseconds of each.
 */
async function accept(file, events, atOnce) {
  const inbox = sqliteInbox({ file });
  await inbox.ready();
  try {
    // A thread that has just been started compiles first.
    await putAll(inbox, events / 20, atOnce);
    return await putAll(inbox, events, atOnce);
  } finally {
    await inbox.close();
  }
}

/**
 * @param {SqliteInbox} inbox
 * @param {number} events
 * @param {number} atOnce
 */
async function putAll(inbox, events, atOnce) {
  const items = makeItems(events);
  /** @type {number[]} */
  const accepts = [];
  const started = performance.now();
  await runConcurrently(items, atOnce, async (item) => {
    const began = performance.now();
    const result = await inbox.put(item);
    accepts.push(performance.now() - began);
    if (result !== 'stored') throw new Error(`A new event was answered with ${result}.`);
  });
  return { rate: (events / (performance.now() - started)) * 1_000, accepts };
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
          const { rate } = await accept(full, events, concurrency);
          emptyAgain(full);
          return rate;
        },
      },
      {
        name: 'empty',
        measure: async () => {
          const file = join(folder, `${state}-empty-${++files}.db`);
          await makeEmptyFile(file);
          return (await accept(file, events, concurrency)).rate;
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
    await putAll(inbox, 2_000, concurrency);
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
