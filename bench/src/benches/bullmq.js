import { bullmqInbox } from '@fic-webhooks/bullmq';
import { runConcurrently } from '../harness/run-concurrently.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { openQueue } from '../inbox/bullmq-queue.js';
import { startPostgres, startRedis } from '../inbox/bullmq-servers.js';
import { makeItems } from '../inbox/make-items.js';

/** @import { NewInboxItem } from '@fic-webhooks/core' */
/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult, Figure, Measurement } from '../harness/measurement.js' */
/** @import { StoreServer } from '../inbox/bullmq-servers.js' */

const concurrency = 64;

/** @type {readonly { name: string, start: () => Promise<StoreServer | undefined> }[]} */
const stores = [
  { name: 'Redis', start: startRedis },
  { name: 'PostgreSQL', start: startPostgres },
];

/**
 * How much of the speed of BullMQ's own `queue.add` is left when the inbox adds the job.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchBullmq({ quick, onRound }) {
  /** @type {Measurement[]} */
  const measurements = [];
  /** @type {Figure[]} */
  const figures = [];
  const remarks = [
    'both stores sync every change to the disk, in the folder for temporary files: its fsync sets the pace.',
  ];
  for (const [index, { name, start }] of stores.entries()) {
    const server = await start();
    if (server === undefined) {
      remarks.push(`${name} is not installed on this machine, so it was not measured.`);
      continue;
    }
    const samples = await compare(server, {
      quick,
      onRound: (round, of) => onRound(index * of + round, 2 * of),
    });
    measurements.push({
      name: `accepts ÷ queue.add, ${concurrency} at a time, ${name}`,
      unit: '×',
      better: 'higher',
      samples: ratios(samplesOf(samples, 'inbox'), samplesOf(samples, 'queue.add')),
      target: { median: 0.8 },
    });
    for (const [contender, rates] of samples) {
      figures.push({ name: `${contender}, ${name}`, unit: 'events/s', samples: rates });
    }
  }
  return { measurements, figures, remarks };
}

/**
 * @param {StoreServer} server
 * @param {Pick<BenchContext, 'quick' | 'onRound'>} context
 */
async function compare({ url, stop }, { quick, onRound }) {
  const inbox = bullmqInbox({ connection: url });
  const queue = await openQueue(url);
  const events = quick ? 320 : 3_200;
  try {
    return await runRounds({
      contenders: [
        { name: 'queue.add', measure: () => measure(events, queue.add) },
        { name: 'inbox', measure: () => measure(events, (item) => accept(inbox, item)) },
      ],
      rounds: quick ? 2 : 21,
      warmUpRounds: quick ? 1 : 3,
      onRound,
    });
  } finally {
    await inbox.close();
    await queue.close();
    await stop();
  }
}

/**
 * @param {import('@fic-webhooks/core').Inbox} inbox
 * @param {NewInboxItem} item
 */
async function accept(inbox, item) {
  const result = await inbox.put(item);
  if (result !== 'stored') throw new Error(`A new event was answered with ${result}.`);
}

/**
 * @param {number} events
 * @param {(item: NewInboxItem) => Promise<unknown>} store
 * @returns {Promise<number>} Events per second.
 */
async function measure(events, store) {
  const items = makeItems(events);
  const started = performance.now();
  await runConcurrently(items, concurrency, store);
  return (events / (performance.now() - started)) * 1_000;
}
