import { type BackendFactory, type IQueueBackend, type Processor, withBackend } from 'bullmq';
import type { JobData } from './job-data.js';
import { pausingOnFailure } from './pausing-on-failure.js';

/** Makes a back end on connections that it knows of: the ones in the options of BullMQ are not looked at. */
export type InboxBackendFactory = BackendFactory<IQueueBackend, object>;

type Classes = ReturnType<typeof withBackend<IQueueBackend, object>>;

/** BullMQ's queue, on either back end. */
export type InboxQueue = InstanceType<typeof classes.Queue<JobData>>;

/** BullMQ's worker, on either back end. */
export type InboxBullmqWorker = InstanceType<typeof classes.Worker<JobData>>;

declare const classes: Classes;

/** What of a worker is for the inbox to choose. All durations are milliseconds. */
export interface BullmqWorkerOptions {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly skipLockRenewal: boolean;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly runRetryDelay: number;
}

/**
 * BullMQ's queue, ready. One whose first connection fails stays broken, so this is called anew then.
 *
 * @throws What the client threw.
 */
export async function openQueue(name: string, create: InboxBackendFactory): Promise<InboxQueue> {
  const { Queue } = withBackend(create);
  const queue = new Queue<JobData>(name, { connection: {} });
  queue.on('error', () => {});
  try {
    await queue.waitUntilReady();
  } catch (error) {
    queue.close().catch(() => {});
    throw error;
  }
  return queue;
}

/**
 * BullMQ's worker, ready and not running yet.
 *
 * @throws What the client threw.
 */
export async function openWorker(
  name: string,
  create: InboxBackendFactory,
  processor: Processor<JobData>,
  options: BullmqWorkerOptions,
): Promise<InboxBullmqWorker> {
  const { Worker } = withBackend(pausingOnFailure(create));
  const worker = new Worker<JobData>(name, processor, { ...options, connection: {}, autorun: false });
  worker.on('error', () => {});
  try {
    await worker.waitUntilReady();
  } catch (error) {
    worker.close(true).catch(() => {});
    throw error;
  }
  return worker;
}
