import { givesBackAfter } from '../settings.js';

/**
 * @typedef {import('./read-history.js').History} History
 * @typedef {import('./read-history.js').HandlerRun} HandlerRun
 */

/**
 * From the end of a handler to the time at which its success must have been stored: PostgreSQL takes a second until it finds that
 * two of its transactions wait for each other, and the success is written again after that.
 */
const storedWithin = 2_500;
/** From when a process goes on after it was stopped to the record of the handler that it was about to call. */
const justBefore = 200;
/** The ledger hears of one thing a little later than of another. */
const slack = 50;

/**
 * Runs of a handler that nothing explains: after it had succeeded, or beside another run for the same event.
 *
 * A run may come after a success when the process died, was stopped, had no database, or came to the end of its time to close
 * before the success was stored. It may come beside another one when that one lost its lease, because it was stopped or had no
 * database, or when its process was at the end of its time to close, and gave it back.
 *
 * Transactional runs write down their beginning only, and may fail after it without a word: their table tells whether their
 * effects are single.
 *
 * @param {History} history
 * @param {number} lease
 */
export function findRepeats({ runs, deaths, exits, closings, pauses }, lease) {
  const ends = new Map(exits.map(({ pid, at }) => [pid, at]));
  /** @type {Map<string, HandlerRun[]>} */
  const groups = new Map();
  for (const run of runs) {
    if (run.handler === 'transactional') continue;
    const key = `${run.id} ${run.handler}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  /** @type {string[]} */
  const found = [];
  for (const group of groups.values()) {
    group.sort((one, other) => one.from - other.from);
    for (const [index, run] of group.entries()) {
      const trouble = findTrouble(group, index);
      if (trouble !== undefined) found.push(`${run.handler} for ${run.id}: ${trouble}`);
    }
  }
  return found;

  /**
   * One trouble of a run is enough, and mostly it is with the run just before: where nothing keeps runs apart there are so many
   * that all pairs of them would not fit into memory.
   *
   * @param {readonly HandlerRun[]} group @param {number} index
   */
  function findTrouble(group, index) {
    const run = /** @type {HandlerRun} */ (group[index]);
    for (let before = index - 1; before >= 0; before--) {
      const trouble = compare(/** @type {HandlerRun} */ (group[before]), run);
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  /** @param {HandlerRun} earlier @param {HandlerRun} run */
  function compare(earlier, run) {
    const over = earlier.to ?? deaths.get(earlier.pid)?.from ?? ends.get(earlier.pid) ?? Infinity;
    if (run.from >= over) {
      if (earlier.end !== 'end') return undefined;
      if (isExcused(earlier, over, over + storedWithin)) return undefined;
      // A database that is busy may not have taken the success of a process that closes by the time at which it gives all back.
      if (isGivenBack(earlier, run.from, over + storedWithin)) return undefined;
      // Stopped in the midst of its run, or between the claim and the run, it had lost its lease before it came to its end.
      if (isExcused(earlier, earlier.from - lease, over, lease / 2)) return undefined;
      return `run ${run.run} began ${run.from - over} ms after run ${earlier.run} had succeeded`;
    }
    // The lease began before the run, and was renewed at most a third of it before the process was stopped: less than half
    // of it is never enough.
    if (isExcused(earlier, earlier.from - lease, run.from, lease / 2)) return undefined;
    if (isGivenBack(earlier, run.from)) return undefined;
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
    return pausesIn(from, to).some(
      (pause) => (pause.pid === undefined || pause.pid === pid) && pause.to - pause.from >= shortest,
    );
  }

  /**
   * Whether the process of a run was told to close, by a time, and was by then at the end of its time to do so. Until then it
   * holds what it has.
   *
   * @param {HandlerRun} run @param {number} at @param {number} [toldBy]
   */
  function isGivenBack({ pid }, at, toldBy = at) {
    const closing = closings.get(pid);
    return closing !== undefined && closing <= toldBy && at >= closing + givesBackAfter - slack;
  }

  /**
   * Whether the process of a run was stopped in a time.
   *
   * @param {HandlerRun} run @param {number} from @param {number} to
   */
  function isStopped({ pid }, from, to) {
    return pausesIn(from, to).some((pause) => pause.pid === pid);
  }

  /** @param {number} from @param {number} to */
  function pausesIn(from, to) {
    return pauses.filter((pause) => pause.from <= to && pause.to >= from);
  }
}
