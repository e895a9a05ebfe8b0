import { spawnSync } from 'node:child_process';
import { startChild } from '../harness/child.js';
import { runRounds } from '../harness/run-rounds.js';
import { pairRounds, ratios } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */
/** @import { SqliteAnswer, SqliteQuestion } from '../inbox/sqlite-contenders.js' */
/** @typedef {import('../harness/child.js').Child<SqliteQuestion, SqliteAnswer>} SqliteChild */
/** @typedef {SqliteQuestion['contender']} Contender */

/**
 * A disk to measure on.
 *
 * @typedef {object} Disk
 * @property {string} label - Behind the name of a measurement; empty for the disk as it is.
 * @property {SqliteChild} child
 * @property {Record<Contender, SqliteAnswer[]>} rounds
 */

/** @type {readonly Contender[]} */
const names = ['one commit per event', 'group commits', 'inbox', 'inbox, one at a time'];

/** Of these one commit after another is waited for. @type {ReadonlySet<Contender>} */
const oneByOne = new Set(['one commit per event', 'inbox, one at a time']);

/** Delays each sync by a millisecond, and touches no other call. */
const slowSync = [
  ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
  ...['-e', 'inject=fsync,fdatasync:delay_exit=1000'],
];

/**
 * The inbox against the driver alone and against one commit for each event: on the disk as it is, and as if each sync took a
 * millisecond, as on a usual one.
 *
 * @param {BenchContext} context
 * @param {string} folder
 * @returns {Promise<BenchResult>}
 */
export async function compareWithDriver({ quick, onRound }, folder) {
  const events = quick ? 640 : 12_800;
  const start = (/** @type {readonly string[]} */ through) =>
    startChild({
      module: new URL('../inbox/sqlite-contenders.js', import.meta.url),
      args: [folder],
      through,
    });
  const canDelay = spawnSync(slowSync[0] ?? '', [...slowSync.slice(1), 'true']).status === 0;
  /** @type {Disk[]} */
  const disks = [{ label: '', child: start([]), rounds: emptyRounds() }];
  if (canDelay) disks.push({ label: ', a sync of 1 ms', child: start(slowSync), rounds: emptyRounds() });
  try {
    await runRounds({
      contenders: disks.flatMap(({ label, child, rounds }) =>
        names.map((name) => ({
          name: name + label,
          async measure() {
            const count = oneByOne.has(name) ? events / 16 : events;
            const answer = await child.ask({ contender: name, events: count });
            rounds[name].push(answer);
            return answer.rate;
          },
        })),
      ),
      rounds: quick ? 2 : 15,
      warmUpRounds: 1,
      onRound,
    });
  } finally {
    await Promise.all(disks.map(({ child }) => child.end()));
  }
  for (const { rounds } of disks) for (const answers of Object.values(rounds)) answers.shift();
  return {
    measurements: disks.flatMap(compareContenders),
    figures: disks.flatMap(listFigures),
    remarks: canDelay ? [] : ['strace is missing, so nothing was measured with a sync of 1 ms.'],
  };
}

/** @returns {Disk['rounds']} */
function emptyRounds() {
  return { 'one commit per event': [], 'group commits': [], inbox: [], 'inbox, one at a time': [] };
}

/**
 * @param {Disk} disk
 * @returns {BenchResult['measurements'][number][]}
 */
function compareContenders({ label, rounds }) {
  const rates = (/** @type {Contender} */ name) => rounds[name].map(({ rate }) => rate);
  const slowest = (/** @type {Contender} */ name) => rounds[name].map((answer) => answer.slowest);
  const divide = (/** @type {number} */ left, /** @type {number} */ right) => left / right;
  const commits = slowest('one commit per event');
  return [
    {
      name: `durable accepts, 64 at a time ÷ one commit per event${label}`,
      unit: '×',
      better: 'higher',
      samples: ratios(rates('inbox'), rates('one commit per event')),
      target: { median: 5 },
    },
    {
      name: `durable accepts, 64 at a time ÷ the driver alone, 64 per commit${label}`,
      unit: '×',
      better: 'higher',
      samples: ratios(rates('inbox'), rates('group commits')),
      target: { median: 0.8 },
    },
    {
      name: `slowest of 100 accepts, 64 at a time ÷ slowest of 100 single commits${label}`,
      unit: '×',
      better: 'lower',
      samples: pairRounds(slowest('inbox'), commits, divide),
      target: { median: 3 },
    },
    {
      name: `slowest of 100 accepts, 1 at a time ÷ slowest of 100 single commits${label}`,
      unit: '×',
      better: 'lower',
      samples: pairRounds(slowest('inbox, one at a time'), commits, divide),
      target: { median: 3 },
    },
    {
      name: `time that 64 events take the driver alone ÷ slowest of 100 single commits${label}`,
      unit: '×',
      better: 'lower',
      samples: pairRounds(rates('group commits'), commits, (rate, commit) => 64_000 / rate / commit),
    },
  ];
}

/**
 * @param {Disk} disk
 * @returns {BenchResult['figures'][number][]}
 */
function listFigures({ label, rounds }) {
  const inMicroseconds = (/** @type {number} */ time) => time * 1_000;
  return [
    ...names.map((name) => ({
      name: name + label,
      unit: 'events/s',
      samples: rounds[name].map(({ rate }) => rate),
    })),
    {
      name: `median single commit${label}`,
      unit: 'µs',
      samples: rounds['one commit per event'].map(({ typical }) => inMicroseconds(typical)),
    },
    ...names
      .filter((name) => name !== 'group commits')
      .map((name) => ({
        name: `slowest of 100, ${name}${label}`,
        unit: 'µs',
        samples: rounds[name].map(({ slowest }) => inMicroseconds(slowest)),
      })),
  ];
}
