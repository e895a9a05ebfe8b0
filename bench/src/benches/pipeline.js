import { createBareRunner } from '../contenders/bare-verification.js';
import { createReceiverRunner } from '../contenders/receiver.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { timeEvents } from '../harness/time-events.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult, Target } from '../harness/measurement.js' */

/** @type {readonly { concurrency: number, target: Target }[]} */
const levels = [
  { concurrency: 1, target: { median: 0.9 } },
  { concurrency: 16, target: { median: 0.95, bound: 0.92 } },
  { concurrency: 64, target: { median: 0.95, bound: 0.92 } },
];

/**
 * How much of the speed of bare signature verification is left when all the rest is done too.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchPipeline({ quick, publicKey, notifications, onRound }) {
  const items = notifications(quick ? 400 : 4_000);
  const contenders = levels.flatMap(({ concurrency }) => {
    const bare = createBareRunner(publicKey, concurrency);
    const receiver = createReceiverRunner(publicKey, concurrency);
    return [
      { name: `bare ${concurrency}`, measure: () => timeEvents(bare, items) },
      { name: `receiver ${concurrency}`, measure: () => timeEvents(receiver, items) },
    ];
  });
  const samples = await runRounds({
    contenders,
    rounds: quick ? 5 : 41,
    warmUpRounds: quick ? 1 : 4,
    onRound,
  });
  return {
    measurements: levels.map(({ concurrency, target }) => ({
      name: `receiver.handle ÷ bare verification, ${concurrency} at a time`,
      unit: '×',
      better: 'higher',
      samples: ratios(
        samplesOf(samples, `receiver ${concurrency}`),
        samplesOf(samples, `bare ${concurrency}`),
      ),
      target,
    })),
    figures: contenders.map(({ name }) => ({ name, unit: 'events/s', samples: samplesOf(samples, name) })),
  };
}
