import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

/** Here the packages are found. */
const folder = fileURLToPath(new URL('.', import.meta.url));

/** Arguments of Node.js. Each process runs once and ends by itself. */
const processes = {
  'node -e 0': ['-e', '0'],
  ESM: ['--input-type=module', '-e', "import '@fic-webhooks/core'"],
  CommonJS: ['-e', "require('@fic-webhooks/core')"],
};

/**
 * How much longer a fresh process takes when it loads the receiver's entry point.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchImportTime({ quick, onRound }) {
  const contenders = Object.entries(processes).map(([name, args]) => ({
    name,
    measure: () => timeProcess(args),
  }));
  const samples = await runRounds({
    contenders,
    rounds: quick ? 3 : 41,
    warmUpRounds: quick ? 1 : 2,
    onRound,
  });
  const empty = samplesOf(samples, 'node -e 0');
  return {
    measurements: ['ESM', 'CommonJS'].map((name) => ({
      name: `start with @fic-webhooks/core ÷ node -e 0, ${name}`,
      unit: '×',
      better: 'lower',
      samples: ratios(samplesOf(samples, name), empty),
      target: { median: 1.5 },
    })),
    figures: contenders.map(({ name }) => ({ name, unit: 'ms', samples: samplesOf(samples, name) })),
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
