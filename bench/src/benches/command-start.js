import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

const manifest = createRequire(import.meta.url).resolve('fic-webhooks/package.json');
const command = join(dirname(manifest), 'bin', 'fic-webhooks.js');

/** Arguments of Node.js. Each process runs once and ends by itself. */
const processes = {
  'node -e 0': ['-e', '0'],
  '--help': [command, '--help'],
  'subscriptions ensure --help': [command, 'subscriptions', 'ensure', '--help'],
};

/**
 * How much longer a fresh process takes that prints the help of the command `fic-webhooks`.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchCommandStart({ quick, onRound }) {
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
    measurements: ['--help', 'subscriptions ensure --help'].map((name) => ({
      name: `fic-webhooks ${name} ÷ node -e 0`,
      unit: '×',
      better: 'lower',
      samples: ratios(samplesOf(samples, name), empty),
      target: { median: 4 },
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
  const { status, error, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (status !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`, { cause: error });
  return milliseconds;
}
