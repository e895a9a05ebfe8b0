import {
  createHandWrittenRunner,
  createJoseCheck,
  createJsonwebtokenCheck,
} from '../contenders/hand-written.js';
import { createReceiverRunner } from '../contenders/receiver.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { timeEvents } from '../harness/time-events.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */

const concurrency = 16;

/**
 * How many times faster the receiver is than the same done by hand with the usual libraries.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchHandWritten({ quick, publicKey, notifications, onRound }) {
  const items = notifications(quick ? 300 : 2_500);
  const runners = {
    receiver: createReceiverRunner(publicKey, concurrency),
    jose: createHandWrittenRunner(await createJoseCheck(publicKey), concurrency),
    jsonwebtoken: createHandWrittenRunner(createJsonwebtokenCheck(publicKey), concurrency),
  };
  const contenders = Object.entries(runners).map(([name, run]) => ({
    name,
    measure: () => timeEvents(run, items),
  }));
  const samples = await runRounds({
    contenders,
    rounds: quick ? 3 : 21,
    warmUpRounds: quick ? 1 : 4,
    onRound,
  });
  const receiver = samplesOf(samples, 'receiver');
  return {
    measurements: [
      {
        name: `receiver.handle ÷ jose + cloudevents + Set, ${concurrency} at a time`,
        unit: '×',
        better: 'higher',
        samples: ratios(receiver, samplesOf(samples, 'jose')),
        target: { median: 2 },
      },
      {
        name: `receiver.handle ÷ jsonwebtoken with a PEM + cloudevents + Set, ${concurrency} at a time`,
        unit: '×',
        better: 'higher',
        samples: ratios(receiver, samplesOf(samples, 'jsonwebtoken')),
      },
    ],
    figures: contenders.map(({ name }) => ({ name, unit: 'events/s', samples: samplesOf(samples, name) })),
  };
}
