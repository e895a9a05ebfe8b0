import { bullmqInbox } from '@fic-webhooks/bullmq';
import { postgresIsMissing } from '../../../scripts/stores/find-postgres.js';
import { startPostgres } from '../../../scripts/stores/start-postgres.js';
import { redisIsMissing, startRedis } from '../../../scripts/stores/start-redis.js';
import { runConcurrently } from '../harness/run-concurrently.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';
import { openQueue } from '../inbox/bullmq-queue.js';
import { makeItems } from '../inbox/make-items.js';

/** @import { NewInboxItem } from '@fic-webhooks/core' */
/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult, Figure, Measurement } from '../harness/measurement.js' */

const concurrency = 64;

/**
 * @typedef {object} StoreServer A server of the bench's own, that syncs every change to the disk.
 * @property {string} url
 * @property {() => unknown} stop
 */

/** @type {readonly { name: string, isMissing: () => string | undefined, start: () => Promise<StoreServer> }[]} */
const stores = [
  { name: 'Redis', isMissing: redisIsMissing, start: startRedis },
  { name: 'PostgreSQL', isMissing: postgresIsMissing, start: startPostgres },
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
  for (const [index, { name, isMissing, start }] of stores.entries()) {
    const missing = isMissing();
    if (missing !== undefined) {
      remarks.push(`${name} was not measured: ${missing}.`);
      continue;
    }
    const server = await start();
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
  // It makes the tables in PostgreSQL, which BullMQ alone does not.
  await inbox.ready();
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
