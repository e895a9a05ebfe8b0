/**
 * @typedef {import('../ledger/records.js').LedgerRecord} LedgerRecord
 * @typedef {import('../ledger/records.js').Attempt} Attempt
 * @typedef {import('../ledger/records.js').Exit} Exit
 * @typedef {{ pid?: number, from: number, to: number }} Pause
 * @typedef {{ id: string, handler: string, pid: number, run: number, from: number, to: number | undefined, end: 'end' | 'failed' | undefined }} HandlerRun
 */

/** Milliseconds. Whoever sees a death is told of it a little earlier or later than others. */
const slack = 50;

/**
 * The records of a round, put in order.
 *
 * @param {readonly LedgerRecord[]} records
 */
export function readHistory(records) {
  /** @type {Map<string, import('../plan/kinds.js').KindName>} */
  const generated = new Map();
  /** @type {Map<string, string>} */
  const drops = new Map();
  /** @type {Attempt[]} */
  const attempts = [];
  /** @type {Map<string, HandlerRun>} */
  const runs = new Map();
  /** @type {Set<string>} */
  const effects = new Set();
  /** @type {Map<string, number>} */
  const hits = new Map();
  /** @type {Exit[]} */
  const exits = [];
  /** @type {Map<number, number[]>} */
  const pidsOfPort = new Map();
  /**
   * When each process died that did not end in peace: from when it said so, or somebody noticed, until its end was seen.
   *
   * @type {Map<number, { from: number, to: number }>}
   */
  const deaths = new Map();
  /** Processes that were killed by a failpoint. @type {Set<number>} */
  const meant = new Set();
  /** When each process was told to end in peace. @type {Map<number, number>} */
  const closings = new Map();
  /** @type {Pause[]} */
  const pauses = [];
  /** Those of the machine. @type {Pause[]} */
  const stalls = [];

  for (const record of records) {
    switch (record.is) {
      case 'generated':
        generated.set(record.id, record.kind);
        break;
      case 'drop':
        drops.set(record.id, record.why);
        break;
      case 'attempt':
        attempts.push(record);
        break;
      case 'start':
      case 'end':
      case 'failed':
      case 'effect':
        readRun(record);
        break;
      case 'hit':
        hits.set(record.point, (hits.get(record.point) ?? 0) + 1);
        deaths.set(record.pid, { from: record.at, to: record.at });
        meant.add(record.pid);
        break;
      case 'up':
        if (record.port !== undefined) {
          pidsOfPort.set(record.port, [...(pidsOfPort.get(record.port) ?? []), record.pid]);
        }
        break;
      case 'closing':
        closings.set(record.pid, record.at);
        break;
      case 'exit':
        exits.push(record);
        break;
      case 'stopped':
        pauses.push(record);
        stalls.push(record);
        break;
      case 'fault':
        pauses.push(record);
        if (record.name === 'starved') stalls.push({ from: record.from, to: record.to });
        break;
    }
  }
  for (const { pid, at, code } of exits) {
    if (code !== 0) deaths.set(pid, { from: deaths.get(pid)?.from ?? at, to: at });
  }
  for (const run of runs.values()) {
    // Some kinds of events end their process themselves, and never say so.
    const kind = generated.get(run.id);
    if ((kind === 'crashing' || kind === 'unlucky') && run.end === undefined) meant.add(run.pid);
  }

  /** @param {import('../ledger/records.js').Run} record */
  function readRun({ is, id, handler, pid, run, at }) {
    const key = `${id} ${handler} ${run}`;
    if (is === 'start') {
      runs.set(key, { id, handler, pid, run, from: at, to: undefined, end: undefined });
    } else if (is === 'effect') {
      effects.add(`${id} ${handler}`);
    } else {
      const started = runs.get(key);
      if (started !== undefined) Object.assign(started, { to: at, end: is });
    }
  }

  return {
    generated,
    drops,
    attempts,
    hits,
    exits,
    pauses,
    deaths,
    closings,
    runs: [...runs.values()],
    accepted: new Set(attempts.filter(({ status = 0 }) => status >= 200 && status < 300).map(({ id }) => id)),
    hasEffect: (/** @type {string} */ id, /** @type {string} */ handler) => effects.has(`${id} ${handler}`),
    /** Whether a failpoint or an event was meant to end it. */
    isMeant: (/** @type {number} */ pid) => meant.has(pid),
    /** How long an attempt took, without the time for which its process or this machine stood still. */
    timeOf: (/** @type {Attempt} */ { port, from, to }) => {
      const pids = pidsOfPort.get(port) ?? [];
      const still = stalls.filter(({ pid }) => pid === undefined || pids.includes(pid));
      return to - from - overlap(still, from, to);
    },
    /** Whether the process that an attempt went to died while it was open. */
    killedAt: (/** @type {Attempt} */ { port, from, to }) =>
      (pidsOfPort.get(port) ?? []).some((pid) => {
        const death = deaths.get(pid);
        return death !== undefined && death.to >= from - slack && death.from <= to + slack;
      }),
  };
}

/**
 * How much of a time is taken up by pauses, which may overlap each other.
 *
 * @param {readonly Pause[]} pauses @param {number} from @param {number} to
 */
function overlap(pauses, from, to) {
  let sum = 0;
  let counted = from;
  for (const pause of [...pauses].sort((one, other) => one.from - other.from)) {
    const start = Math.max(counted, pause.from);
    const end = Math.min(to, pause.to);
    if (end <= start) continue;
    sum += end - start;
    counted = end;
  }
  return sum;
}

/** @typedef {ReturnType<typeof readHistory>} History */
