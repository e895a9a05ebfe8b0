import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

/** Here the packages are found. */
const folder = fileURLToPath(new URL('.', import.meta.url));

/**
 * A process that runs once and ends by itself.
 *
 * @typedef {object} ProcessStart
 * @property {string} name - Of the line in the result.
 * @property {readonly string[]} args - Arguments of Node.js.
 */

/**
 * How much longer fresh processes take, from start to end, than `node -e 0`.
 *
 * @param {object} options
 * @param {readonly ProcessStart[]} options.processes
 * @param {{ median: number }} options.target
 * @returns {(context: BenchContext) => Promise<BenchResult>}
 */
export function benchProcessStart({ processes, target }) {
  const all = [{ name: 'node -e 0', args: ['-e', '0'] }, ...processes];
  return async ({ quick, onRound }) => {
    const samples = await runRounds({
      contenders: all.map(({ name, args }) => ({ name, measure: () => timeProcess(args) })),
      rounds: quick ? 3 : 41,
      warmUpRounds: quick ? 1 : 2,
      onRound,
    });
    const empty = samplesOf(samples, 'node -e 0');
    return {
      measurements: processes.map(({ name }) => ({
        name: `${name} ÷ node -e 0`,
        unit: '×',
        better: 'lower',
        samples: ratios(samplesOf(samples, name), empty),
        target,
      })),
      figures: all.map(({ name }) => ({ name, unit: 'ms', samples: samplesOf(samples, name) })),
    };
  };
}

/**
 * @param {readonly string[]} args
 * @returns {number} Milliseconds from the start of the process to its end.
 */
function timeProcess(args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`, { cause: error });
  return milliseconds;
}
