import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendFactory, IQueueBackend } from 'bullmq';

/** Milliseconds. */
const pause = 500;

/**
 * A back end that waits before it says that no job could be fetched. BullMQ's worker asks again at once after most errors
 * (`isNotConnectionError`), and would take a whole core while PostgreSQL restarts or Redis is out of memory.
 */
export function pausingOnFailure<B extends IQueueBackend, C>(
  create: BackendFactory<B, C>,
): BackendFactory<B, C> {
  return (name, options, extra) => {
    const backend = create(name, options, extra);
    const moveToActive = backend.moveToActive.bind(backend);
    backend.moveToActive = async (token, workerName) => {
      try {
        return await moveToActive(token, workerName);
      } catch (error) {
        if (backend.closing === undefined) await sleep(pause);
        throw error;
      }
    };
    return backend;
  };
}
