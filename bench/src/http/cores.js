import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * One processor core for the server and another one for the load, so that neither takes time from the other.
 *
 * @returns {{ server: number, load: number } | undefined} Undefined where processes cannot be tied to cores (`taskset`
 * is missing), or where there is only one.
 */
export function findCores() {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined;
  const [load, server] = readAllowedCores();
  return load === undefined || server === undefined ? undefined : { server, load };
}

/**
 * The cores on which this process may run: `0-1,4` is 0, 1 and 4.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (Cpus_allowed_list)
 * @returns {number[]}
 */
function readAllowedCores() {
  const [, list = ''] =
    /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
