import { createBareRunner } from '../contenders/bare-verification.js';
import { createReceiverRunner } from '../contenders/receiver.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { timeEvents } from '../harness/time-events.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult, Figure, Measurement, Target } from '../harness/measurement.js' */

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
  /** @type {Measurement[]} */
  const measurements = [];
  /** @type {Figure[]} */
  const figures = [];
  // One level after the other: the garbage of one must not be collected in the time of another.
  for (const [index, { concurrency, target }] of levels.entries()) {
    const bare = createBareRunner(publicKey, concurrency);
    const receiver = createReceiverRunner(publicKey, concurrency);
    const samples = await runRounds({
      contenders: [
        { name: 'bare', measure: () => timeEvents(bare, items) },
        { name: 'receiver', measure: () => timeEvents(receiver, items) },
      ],
      rounds: quick ? 3 : 41,
      warmUpRounds: quick ? 1 : 4,
      onRound: (round, of) => onRound(index * of + round, levels.length * of),
    });
    measurements.push({
      name: `receiver.handle ÷ bare verification, ${concurrency} at a time`,
      unit: '×',
      better: 'higher',
      samples: ratios(samplesOf(samples, 'receiver'), samplesOf(samples, 'bare')),
      target,
    });
    for (const name of ['bare', 'receiver']) {
      figures.push({ name: `${name} ${concurrency}`, unit: 'events/s', samples: samplesOf(samples, name) });
    }
  }
  return { measurements, figures };
}
