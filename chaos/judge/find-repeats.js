/**
 * @typedef {import('./read-history.js').History} History
 * @typedef {import('./read-history.js').HandlerRun} HandlerRun
 */

/** From the end of a handler to the time at which its success must have been stored. */
const storedWithin = 1_000;
/** From when a process goes on after it was stopped to the record of the handler that it was about to call. */
const justBefore = 200;

/**
 * Runs of a handler that nothing explains: after it had succeeded, or beside another run for the same event.
 *
 * A run may come after a success when the process died, was stopped, or had no database before the success was stored. It
 * may come beside another one when that one lost its lease, because it was stopped or had no database.
 *
 * @param {History} history
 * @param {number} lease
 */
export function findRepeats({ runs, deaths, pauses }, lease) {
  /** @type {Map<string, HandlerRun[]>} */
  const groups = new Map();
  for (const run of runs) {
    const key = `${run.id} ${run.handler}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  /** @type {string[]} */
  const found = [];
  for (const group of groups.values()) {
    group.sort((one, other) => one.from - other.from);
    for (const [index, run] of group.entries()) {
      for (const earlier of group.slice(0, index)) {
        const trouble = compare(earlier, run);
        if (trouble !== undefined) found.push(`${run.handler} for ${run.id}: ${trouble}`);
      }
    }
  }
  return found;

  /** @param {HandlerRun} earlier @param {HandlerRun} run */
  function compare(earlier, run) {
    const over = earlier.to ?? deaths.get(earlier.pid)?.from ?? Infinity;
    if (run.from >= over) {
      if (earlier.end !== 'end') return undefined;
      if (isExcused(earlier, over, over + storedWithin)) return undefined;
      // Stopped in the midst of its run, or between the claim and the run, it had lost its lease before it came to its end.
      if (isExcused(earlier, earlier.from - lease, over, lease / 2)) return undefined;
      return `run ${run.run} began ${run.from - over} ms after run ${earlier.run} had succeeded`;
    }
    // The lease began before the run, and was renewed at most a third of it before the process was stopped: less than half
    // of it is never enough.
    if (isExcused(earlier, earlier.from - lease, run.from, lease / 2)) return undefined;
    // The later one may have been claimed first: nothing is begun by a claim that is late, but its process may have been
    // stopped between the look at the lease and the call of the handler.
    if (isStopped(run, run.from - justBefore, run.from)) return undefined;
    return `run ${run.run} began beside run ${earlier.run}, ${run.from - earlier.from} ms after it`;
  }

  /**
   * Whether the process of a run died, was stopped, or had no database in a time, and that for so long.
   *
   * @param {HandlerRun} run @param {number} from @param {number} to @param {number} [shortest]
   */
  function isExcused({ pid }, from, to, shortest = 0) {
    const death = deaths.get(pid);
    if (death !== undefined && death.to >= from && death.from <= to) return true;
    return pauses.some(
      (pause) =>
        (pause.pid === undefined || pause.pid === pid) &&
        pause.from <= to &&
        pause.to >= from &&
        pause.to - pause.from >= shortest,
    );
  }

  /**
   * Whether the process of a run was stopped in a time.
   *
   * @param {HandlerRun} run @param {number} from @param {number} to
   */
  function isStopped({ pid }, from, to) {
    return pauses.some((pause) => pause.pid === pid && pause.from <= to && pause.to >= from);
  }
}
