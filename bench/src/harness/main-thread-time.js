import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// process.cpuUsage() counts the thread pool and the garbage collector's helpers too, and wall time counts waiting.
const schedulerFile = `/proc/self/task/${process.pid}/schedstat`;

/**
 * The processor time that the main thread has used so far, in microseconds; undefined where the platform cannot tell.
 * Node.js 23.9 and newer tell themselves; before that, Linux does.
 *
 * @see https://docs.kernel.org/scheduler/sched-stats.html (section /proc/<pid>/schedstat)
 * @returns {Promise<number | undefined>}
 */
export async function readMainThreadTime() {
  // The type definitions are those of the oldest Node.js that is supported.
  const threadCpuUsage = /** @type {(() => { user: number, system: number }) | undefined} */ (
    Reflect.get(process, 'threadCpuUsage')
  );
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage();
    return user + system;
  }
  // The kernel brings the figure up to date when the thread sleeps, and otherwise only at its next tick.
  await sleep(2);
  try {
    const nanoseconds = Number(readFileSync(schedulerFile, 'latin1').split(' ')[0]);
    return nanoseconds > 0 ? nanoseconds / 1000 : undefined;
  } catch {
    return undefined;
  }
}
