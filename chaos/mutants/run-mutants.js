import { formatTable } from '../../matrix/report/format-table.js';
import random from '../plan/random.cjs';
import { isPassed } from '../report/format-rounds.js';
import { keepEvidence } from '../report/keep-evidence.js';
import { showProgress } from '../report/show-progress.js';
import { runRound } from '../run-round.js';
import { stagePackages } from '../stage-packages.js';
import { controls, mutants } from './mutants.js';

/**
 * @typedef {import('../parts/part.js').Part} Part
 * @typedef {import('./mutants.js').Mutant} Mutant
 * @typedef {import('../run-round.js').Round} Round
 */

/** Events of a run that is not quick, for each of a quick one. */
const thorough = 5;
/** Rounds that a mutant gets at most, each with other events: what it breaks shows only where a kill meets it. */
const mostRounds = 8;

/**
 * Runs the same as ever on packages that were broken on purpose, and says what found each. True when all were found, and
 * nothing was found where nothing had been changed.
 *
 * @param {object} options
 * @param {readonly Part[]} options.parts
 * @param {number} options.seed
 * @param {boolean} options.isQuick
 */
export async function runMutants({ parts, seed, isQuick }) {
  // All at once, before the first minute is spent: the source may have changed under them.
  const staged = [...controls, ...mutants].map((mutant) => ({ mutant, root: stagePackages(mutant.edits) }));
  const rows = [['', 'killed by', 'against it', 'seconds', 'rounds']];
  let isGood = true;
  for (const { mutant, root } of staged) {
    const part = parts.find(({ name }) => name === mutant.part);
    if (part === undefined) {
      console.log(`  ${mutant.name} is left out: it needs ${mutant.part}.`);
      continue;
    }
    const progress = showProgress(mutant.name);
    // Where nothing is changed, nothing may be found: there the first round decides.
    const most = mutant.killedBy === '' ? 1 : mostRounds;
    for (let turn = 1; turn <= most; turn++) {
      const round = await runRound({
        ...{ part, root, mode: 'resets retried', leastHits: 0, onProgress: progress.show },
        count: mutant.count * (isQuick ? 1 : thorough),
        seed: random.mixSeed(seed, mutant.name, turn),
        focus: mutant.focus,
      });
      const { isAsItMust, row } = assess(mutant, round);
      if (!isAsItMust && turn < most) continue;
      progress.end(isAsItMust);
      if (!isAsItMust) console.log(`  Its ledger is kept in ${keepEvidence(round.folder, mutant.name)}.`);
      rows.push([...row, String(turn)]);
      isGood &&= isAsItMust;
      break;
    }
  }
  console.log(`\n${formatTable(rows)}`);
  return isGood;
}

/**
 * @param {Mutant} mutant
 * @param {Round} round
 */
export function assess({ killedBy, name }, round) {
  const { findings, figures } = round;
  const seconds = figures.seconds.toFixed(0);
  const against = findings.filter(({ found }) => found.length > 0);
  if (killedBy === '') {
    const names = against.map((finding) => finding.name).join(', ');
    return {
      isAsItMust: isPassed(round),
      row: [name, isPassed(round) ? 'nothing, as it must be' : `FOUND FAULTY: ${names}`, '', seconds],
    };
  }
  const killer = against.find((finding) => finding.name === killedBy);
  return {
    isAsItMust: killer !== undefined,
    row: [name, killer?.name ?? 'SURVIVED', String(killer?.found.length ?? ''), seconds],
  };
}
