/**
 * Proves that no event is lost: real processes, killed at every point where it hurts, real databases, killed, stopped and
 * filled up, and a ledger outside of it all that tells what must have happened.
 *
 *   node chaos/main.js [--events <n>] [--seed <n>] [--hits <n>] [--only sqlite,redis,postgres] [--minutes <n>] [--mutants] [--quick]
 *
 * Needs built packages. See the README beside this file.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../scripts/clean-up-at-exit.js';
import { runMutants } from './mutants/run-mutants.js';
import { parts } from './parts/parts.js';
import random from './plan/random.cjs';
import { formatFindings, formatRounds, isPassed } from './report/format-rounds.js';
import { keepEvidence } from './report/keep-evidence.js';
import { showProgress } from './report/show-progress.js';
import { runRound } from './run-round.js';
import { stagePackages } from './stage-packages.js';

/** @typedef {import('./send/send-events.js').Mode} Mode */

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string', default: parts.map(({ name }) => name).join(',') },
    hits: { type: 'string', default: '2' },
    minutes: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const events = readNumber('events');
const seed = readNumber('seed');
const leastHits = readNumber('hits');
const minutes = flags.minutes === undefined ? undefined : readNumber('minutes');
const chosen = flags.only.split(',').map((name) => {
  const part = parts.find((one) => one.name === name);
  if (part === undefined) fail(`--only takes ${parts.map((one) => one.name).join(', ')}, not ${name}.`);
  return part;
});

exitOnSignals();
const startedAt = performance.now();
console.log(
  `Seed ${seed}. The same seed plans the same events, kills and faults; the moments are the machine's.`,
);

const runnable = chosen.filter((part) => {
  const missing = part.missing();
  if (missing === undefined) return true;
  if (process.env['CI']) fail(`${part.title} cannot be tried, and must be in CI: ${missing}.`);
  console.log(`${part.title} is left out: ${missing}.`);
  return false;
});
if (runnable.length === 0) fail('Nothing is left to be tried.');

const isGood = flags.mutants
  ? await runMutants({ parts: runnable, seed, isQuick: flags.quick })
  : await runParts();
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
console.log(`\n${isGood ? 'CHAOS PASSED' : 'CHAOS FAILED'} with seed ${seed} in ${seconds} s.`);
// Sockets of servers that were killed may still be open.
process.exit(isGood ? 0 : 1);

async function runParts() {
  const root = stagePackages();
  /** Of the events, so many go to each part, and in each so many with resets retried. */
  const share = { sqlite: 0.4, redis: 0.325, postgres: 0.275 };
  const retried = 0.6;
  const isWhole = events >= 20_000;
  const whole = runnable.reduce((sum, { name }) => sum + share[/** @type {'sqlite'} */ (name)], 0);
  let isGoodSoFar = true;
  for (let turn = 1; ; turn++) {
    const rounds = [];
    for (const part of runnable) {
      /** @type {ReadonlyMap<string, number>} */
      let hitsBefore = new Map();
      for (const mode of /** @type {Mode[]} */ (['resets retried', 'resets dropped'])) {
        const all = (events * share[/** @type {'sqlite'} */ (part.name)]) / whole;
        const title = `${part.title}, ${mode}`;
        const progress = showProgress(title);
        const round = await runRound({
          ...{ part, mode, root },
          count: Math.round(all * (mode === 'resets retried' ? retried : 1 - retried)),
          seed: random.mixSeed(seed, turn, part.name, mode),
          // Both rounds of a part together. A short run meets only some of them.
          leastHits: isWhole && mode === 'resets dropped' ? leastHits : 0,
          hitsBefore,
          onProgress: progress.show,
        });
        progress.end(isPassed(round));
        // At once: a later round may not come to its end.
        if (!isPassed(round)) {
          console.log(formatFindings([{ title, round }]));
          console.log(`  Its ledger is kept in ${keepEvidence(round.folder, title)}.`);
        }
        rounds.push({ title, round });
        hitsBefore = round.hits;
      }
    }
    console.log(`\n${formatRounds(rounds)}\n\n${formatFindings(rounds)}`);
    isGoodSoFar &&= rounds.every(({ round }) => isPassed(round));
    const isOver = minutes === undefined || performance.now() - startedAt > minutes * 60_000;
    if (isOver || !isGoodSoFar) return isGoodSoFar;
  }
}

/** @param {'events' | 'seed' | 'hits' | 'minutes'} name */
function readNumber(name) {
  const text = flags[name] ?? '';
  if (!/^\d+$/.test(text)) fail(`--${name} is ${text}, and must be a whole number.`);
  return Number(text);
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(2);
}
