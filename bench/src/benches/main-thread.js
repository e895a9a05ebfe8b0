import { createBareRunner } from '../contenders/bare-verification.js';
import { createReceiverRunner } from '../contenders/receiver.js';
import { readMainThreadTime } from '../harness/main-thread-time.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { pairRounds } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

const concurrency = 16;

/**
 * How long the main thread, which the rest of the application needs, is busy with one event beyond what bare
 * verification on the thread pool takes of it.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchMainThread({ quick, publicKey, notifications, onRound }) {
  const name = `receiver.handle − bare verification, ${concurrency} at a time, per event`;
  if ((await readMainThreadTime()) === undefined) {
    const remark = 'the processor time of one thread needs Linux, or Node.js 23.9 or newer.';
    return {
      measurements: [{ name, unit: 'µs', better: 'lower', samples: [] }],
      figures: [],
      remarks: [remark],
    };
  }
  const items = notifications(quick ? 400 : 4_000);
  const runners = {
    bare: createBareRunner(publicKey, concurrency),
    receiver: createReceiverRunner(publicKey, concurrency),
  };
  const contenders = Object.entries(runners).map(([runner, run]) => ({
    name: runner,
    async measure() {
      const before = (await readMainThreadTime()) ?? Number.NaN;
      await run(items);
      return (((await readMainThreadTime()) ?? Number.NaN) - before) / items.length;
    },
  }));
  const samples = await runRounds({
    contenders,
    rounds: quick ? 5 : 31,
    warmUpRounds: quick ? 1 : 4,
    onRound,
  });
  return {
    measurements: [
      {
        name,
        unit: 'µs',
        better: 'lower',
        samples: pairRounds(
          samplesOf(samples, 'receiver'),
          samplesOf(samples, 'bare'),
          (receiver, bare) => receiver - bare,
        ),
        target: { median: 12 },
      },
    ],
    figures: contenders.map((contender) => ({
      name: contender.name,
      unit: 'µs/event',
      samples: samplesOf(samples, contender.name),
    })),
  };
}
