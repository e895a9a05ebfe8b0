import { kindOf } from '../plan/kinds.js';
import { findRepeats } from './find-repeats.js';
import { readHistory } from './read-history.js';

/**
 * @typedef {import('../ledger/records.js').LedgerRecord} LedgerRecord
 * @typedef {object} Evidence All that is known at the end of a round.
 * @property {readonly LedgerRecord[]} records
 * @property {import('../send/send-events.js').Mode} mode
 * @property {boolean} transactional Whether there was a table for transactional effects.
 * @property {ReadonlyMap<string, number>} effects Rows of that table by the id of the event.
 * @property {readonly { id: string, reason: string }[]} deadLetters
 * @property {{ waiting: number, after: number, within: number }} quiet What waited in the end, and how many milliseconds after the last answer and the last fault.
 * @property {number} lease
 * @property {number} answeredWithin
 * @property {readonly string[]} [unsynced] Answers of 202 before what came was on the disk, where that was looked at.
 * @property {{ points: readonly string[], least: number, before: ReadonlyMap<string, number> }} failpoints What must have been hit, and how often each, what was hit before in another round included.
 * @typedef {{ name: string, found: readonly string[] }} Finding An assertion, and what speaks against it.
 */

/**
 * Judges a round: every assertion with what speaks against it, which is nothing when it holds.
 *
 * @param {Evidence} evidence
 * @returns {Finding[]}
 */
export function judge(evidence) {
  const history = readHistory(evidence.records);
  const { generated, drops, accepted, attempts, hits, exits } = history;
  const { mode, transactional, effects, quiet } = evidence;
  const killed = history.killedAt;
  const hitsOf = (/** @type {string} */ point) =>
    (hits.get(point) ?? 0) + (evidence.failpoints.before.get(point) ?? 0);

  /** @param {string} id @returns {string[]} */
  const missing = (id) => {
    const kind = kindOf(/** @type {import('../plan/kinds.js').KindName} */ (generated.get(id)));
    if (kind.transactional && transactional && !effects.has(id)) return [`no row for ${id}`];
    return kind.handlers
      .filter((handler) => !history.hasEffect(id, handler))
      .map((handler) => `no effect of ${handler} for ${id}`);
  };
  const resets = attempts.filter(({ broken }) => broken === 'reset');
  const inFlight = new Set(resets.filter((attempt) => killed(attempt)).map(({ id }) => id));
  const unhandled = [...generated.keys()].filter((id) => !drops.has(id)).flatMap(missing);

  const findings = [
    { name: 'generated = handled ∪ listed drops', found: unhandled },
    { name: 'nothing answered 2xx is without its effect', found: [...accepted].flatMap(missing) },
    {
      name: mode === 'resets retried' ? 'no drops' : 'dropped is exactly what was in flight at a kill',
      found: judgeDrops(),
    },
    {
      name: 'no connection is reset without a kill',
      found: resets
        .filter((attempt) => !killed(attempt))
        .map(({ id, port, from, to }) => `${id} on port ${port}, ${to - from} ms after it was sent`),
    },
    {
      name: 'transactional effects are single',
      found: [...effects].filter(([, rows]) => rows !== 1).map(([id, rows]) => `${rows} rows for ${id}`),
    },
    { name: 'dead letters are exactly the poison', found: judgeDeadLetters() },
    {
      name: 'no answer but 202 and 503 with Retry-After',
      found: attempts
        .filter(
          ({ status, retryAfter }) =>
            status !== undefined && status !== 202 && !(status === 503 && retryAfter === true),
        )
        .map(({ id, status }) => `${status} for ${id}`),
    },
    {
      name: `every answer within ${evidence.answeredWithin / 1_000} s`,
      found: attempts
        .filter(
          (attempt) => attempt.broken === 'timeout' || history.timeOf(attempt) > evidence.answeredWithin,
        )
        .map((attempt) => `${history.timeOf(attempt)} ms for ${attempt.id}`),
    },
    { name: 'no event is handled again, or by two at once', found: findRepeats(history, evidence.lease) },
    {
      name: 'no process ends by itself',
      found: exits
        .filter(({ pid, signal, code }) => !history.isMeant(pid) && !(signal === null && code === 0))
        .map(({ slot, code, signal }) => `${slot} ended with ${signal ?? code}`),
    },
    {
      name: `quiet within ${quiet.within / 1_000} s`,
      found: quiet.waiting === 0 ? [] : [`${quiet.waiting} still wait after ${quiet.after} ms`],
    },
    {
      name: `each failpoint hit ${evidence.failpoints.least} times`,
      found: evidence.failpoints.points
        .filter((point) => hitsOf(point) < evidence.failpoints.least)
        .map((point) => `${point}: ${hitsOf(point)}`),
    },
  ];
  if (evidence.unsynced !== undefined) {
    findings.push({ name: 'every 202 follows a sync of the log', found: [...evidence.unsynced] });
  }
  return findings;

  function judgeDrops() {
    const found = [];
    for (const [id, why] of drops) {
      if (mode === 'resets retried' || why !== 'reset' || !inFlight.has(id)) found.push(`${id}: ${why}`);
    }
    if (mode === 'resets dropped') {
      // What was in flight and not dropped must have had its success in a twin.
      for (const id of inFlight) if (!drops.has(id) && !accepted.has(id)) found.push(`${id} is not listed`);
    }
    return found;
  }

  function judgeDeadLetters() {
    const found = [];
    const buried = new Map(evidence.deadLetters.map(({ id, reason }) => [id, reason]));
    if (buried.size !== evidence.deadLetters.length) found.push('an event is there twice');
    for (const [id, reason] of buried) {
      const kind = generated.get(id);
      if (kind === undefined || kindOf(kind).deadLetter !== reason) {
        found.push(`${id} (${kind ?? 'never sent'}) is there as ${reason}`);
      }
    }
    for (const id of accepted) {
      const kind = /** @type {import('../plan/kinds.js').KindName} */ (generated.get(id));
      if (kindOf(kind).deadLetter !== undefined && !buried.has(id))
        found.push(`${id} (${kind}) is not there`);
    }
    return found;
  }
}
