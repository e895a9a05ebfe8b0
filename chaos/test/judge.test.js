import { expect, test } from 'vitest';
import { findRepeats } from '../judge/find-repeats.js';
import { judge } from '../judge/judge.js';
import { readHistory } from '../judge/read-history.js';

/**
 * @typedef {import('../judge/judge.js').Evidence} Evidence
 * @typedef {import('../ledger/records.js').LedgerRecord} LedgerRecord
 */

const names = {
  handled: 'generated = handled ∪ listed drops',
  accepted: 'nothing answered 2xx is without its effect',
  retried: 'no drops',
  dropped: 'dropped is exactly what was in flight at a kill',
  resets: 'no connection is reset without a kill',
  single: 'transactional effects are single',
  letters: 'dead letters are exactly the poison',
  answers: 'no answer but 202 and 503 with Retry-After',
  late: 'every answer within 5 s',
  repeats: 'no event is handled again, or by two at once',
  exits: 'no process ends by itself',
  quiet: 'quiet within 11 s',
  failpoints: 'each failpoint hit 2 times',
  synced: 'every 202 follows a sync of the log',
};

/** @param {string} id @param {import('../plan/kinds.js').KindName} [kind] @returns {LedgerRecord} */
const generated = (id, kind = 'plain') => ({ is: 'generated', id, kind });

/** @param {string} id @param {Partial<import('../ledger/records.js').Attempt>} [more] @returns {LedgerRecord} */
const attempt = (id, more = { status: 202 }) => ({
  is: 'attempt',
  id,
  port: 1,
  from: 1_000,
  to: 1_010,
  ...more,
});

/** @param {string} id @param {number} at @param {{ run?: number, pid?: number, handler?: string, steps?: string[] }} [more] */
const handle = (id, at, { run = 1, pid = 20, handler = 'plain', steps = ['start', 'effect', 'end'] } = {}) =>
  /** @type {LedgerRecord[]} */ (
    steps.map((is, index) => ({ is, id, handler, pid, run, at: at + index * 10 }))
  );

/** @type {LedgerRecord[]} */
const healthy = [
  { is: 'up', slot: 'web', pid: 10, port: 1, at: 0 },
  { is: 'up', slot: 'worker', pid: 20, at: 0 },
  { is: 'hit', point: 'body-read', pid: 8, at: 10 },
  { is: 'hit', point: 'body-read', pid: 9, at: 20 },
  generated('a'),
  attempt('a'),
  ...handle('a', 2_000),
  generated('t', 'transactional'),
  attempt('t'),
  generated('p', 'failing'),
  attempt('p'),
];

/** @param {readonly LedgerRecord[]} records @param {Partial<Evidence>} [more] */
function findTrouble(records, more) {
  const findings = judge({
    records: [...healthy, ...records],
    mode: 'resets retried',
    transactional: true,
    effects: new Map([['t', 1]]),
    deadLetters: [{ id: 'p', reason: 'attempts' }],
    quiet: { waiting: 0, after: 100, within: 11_000 },
    lease: 2_000,
    answeredWithin: 5_000,
    failpoints: { points: ['body-read'], least: 2, before: new Map() },
    ...more,
  });
  return Object.fromEntries(
    findings.filter(({ found }) => found.length > 0).map(({ name, found }) => [name, found]),
  );
}

/** @param {readonly LedgerRecord[]} records @param {Partial<Evidence>} [more] */
const troubleIn = (records, more) => Object.keys(findTrouble(records, more)).sort();

test('finds nothing in a healthy ledger', () => {
  expect(findTrouble([])).toEqual({});
});

test('every name of an assertion is one that the judge has', () => {
  const all = ['resets retried', 'resets dropped'].flatMap((mode) =>
    judge({
      .../** @type {any} */ ({
        records: [],
        effects: new Map(),
        deadLetters: [],
        quiet: { waiting: 0, after: 0, within: 11_000 },
        failpoints: { points: [], least: 2, before: new Map() },
        unsynced: [],
        answeredWithin: 5_000,
        lease: 2_000,
        transactional: true,
      }),
      mode: /** @type {Evidence['mode']} */ (mode),
    }).map(({ name }) => name),
  );
  expect(new Set(all)).toEqual(new Set(Object.values(names)));
});

test('finds an event that was answered with 202 and lost', () => {
  expect(findTrouble([generated('b'), attempt('b')])).toEqual({
    [names.handled]: ['no effect of plain for b'],
    [names.accepted]: ['no effect of plain for b'],
  });
});

test('finds an event that nobody answered, handled or listed', () => {
  expect(troubleIn([generated('b'), attempt('b', { status: 503, retryAfter: true })])).toEqual([
    names.handled,
  ]);
});

test('finds the second handler of an event that never ran', () => {
  const records = [generated('b', 'pair'), attempt('b'), ...handle('b', 2_000, { handler: 'pair-first' })];
  expect(findTrouble(records)[names.handled]).toEqual(['no effect of pair-second for b']);
});

test('finds a run that began and had no effect', () => {
  const records = [generated('b'), attempt('b'), ...handle('b', 2_000, { steps: ['start', 'end'] })];
  expect(troubleIn(records)).toEqual([names.accepted, names.handled].sort());
});

test('finds a lost and a doubled transactional effect', () => {
  expect(troubleIn([], { effects: new Map() })).toEqual([names.accepted, names.handled].sort());
  expect(findTrouble([], { effects: new Map([['t', 2]]) })).toEqual({ [names.single]: ['2 rows for t'] });
});

test.each([400, 401, 404, 429, 200, 500])('finds an answer of %i', (status) => {
  expect(troubleIn([attempt('a', { status, retryAfter: true })])).toEqual([names.answers]);
});

test('finds a 503 without Retry-After', () => {
  expect(troubleIn([attempt('a', { status: 503, retryAfter: false })])).toEqual([names.answers]);
});

test('finds answers that came late and requests that were never answered', () => {
  expect(troubleIn([attempt('a', { status: 202, to: 6_500 })])).toEqual([names.late]);
  expect(troubleIn([attempt('a', { broken: 'timeout', to: 1_020 })])).toEqual([names.late]);
});

test('finds every drop where resets are retried', () => {
  const killed = [
    attempt('b', { broken: 'reset' }),
    { is: /** @type {const} */ ('hit'), point: 'x', pid: 10, at: 1_005 },
  ];
  const drop = /** @type {LedgerRecord} */ ({ is: 'drop', id: 'b', why: 'reset' });
  expect(troubleIn([generated('b'), ...killed, drop])).toEqual([names.retried]);
});

test('allows exactly the drops that were in flight at a kill where resets are dropped', () => {
  const mode = 'resets dropped';
  const kill = /** @type {LedgerRecord} */ ({ is: 'hit', point: 'x', pid: 10, at: 1_005 });
  const drop = (/** @type {'reset' | 'attempts'} */ why) =>
    /** @type {LedgerRecord} */ ({ is: 'drop', id: 'b', why });
  const reset = [generated('b'), attempt('b', { broken: 'reset' })];
  expect(troubleIn([...reset, kill, drop('reset')], { mode })).toEqual([]);
  expect(troubleIn([...reset, kill, drop('attempts')], { mode })).toEqual([names.dropped]);
  // Nobody was killed.
  expect(troubleIn([...reset, drop('reset')], { mode })).toEqual([names.dropped, names.resets].sort());
  // In flight at the kill, handled nevertheless, and not listed.
  expect(troubleIn([...reset, kill, ...handle('b', 2_000)], { mode })).toEqual([names.dropped]);
});

test('a kill of another process explains no reset', () => {
  const kill = /** @type {LedgerRecord} */ ({ is: 'hit', point: 'x', pid: 20, at: 1_005 });
  expect(troubleIn([attempt('a', { broken: 'reset' }), kill])).toEqual([names.resets]);
});

test('finds poison that is not there, healthy events that are, wrong reasons and doubles', () => {
  expect(findTrouble([], { deadLetters: [] })).toEqual({ [names.letters]: ['p (failing) is not there'] });
  const poison = { id: 'p', reason: 'attempts' };
  for (const letters of [
    [poison, { id: 'a', reason: 'crash-loop' }],
    [poison, { id: 'nobody', reason: 'attempts' }],
    [{ id: 'p', reason: 'crash-loop' }],
    [poison, poison],
  ]) {
    expect(troubleIn([], { deadLetters: letters })).toEqual([names.letters]);
  }
});

test('finds a run after a success', () => {
  expect(troubleIn(handle('a', 9_000, { run: 2 }))).toEqual([names.repeats]);
  expect(troubleIn(handle('a', 2_100, { run: 2, pid: 21 }))).toEqual([names.repeats]);
});

test('a run after a success is explained by the death of the process, its stop or a fault, at that time only', () => {
  const again = handle('a', 9_000, { run: 2, pid: 21 });
  const death = (/** @type {number} */ at) =>
    /** @type {LedgerRecord} */ ({ is: 'hit', point: 'x', pid: 20, at });
  const fault = (/** @type {number} */ from) =>
    /** @type {LedgerRecord} */ ({ is: 'fault', name: 'x', from, to: from + 100 });
  expect(troubleIn([...again, death(2_050)])).toEqual([]);
  expect(troubleIn([...again, death(5_000)])).toEqual([names.repeats]);
  expect(troubleIn([...again, fault(2_050)])).toEqual([]);
  expect(troubleIn([...again, fault(5_000)])).toEqual([names.repeats]);
  expect(troubleIn([...again, { is: 'stopped', pid: 20, from: 2_050, to: 5_000 }])).toEqual([]);
  expect(troubleIn([...again, { is: 'stopped', pid: 21, from: 2_050, to: 5_000 }])).toEqual([names.repeats]);
});

test('a run after a success is explained by a process that closed and gave back what was not stored by then', () => {
  const closing = (/** @type {number} */ at) => /** @type {LedgerRecord} */ ({ is: 'closing', pid: 20, at });
  const repeats = (/** @type {number} */ at, /** @type {number} */ again) =>
    findRepeats(
      readHistory([...handle('b', 4_000), ...handle('b', again, { run: 2, pid: 21 }), closing(at)]),
      2_000,
    );
  expect(repeats(3_000, 7_000)).toEqual([]);
  expect(repeats(6_000, 10_000)).toEqual([]);
  // While the process still had its time to store it.
  expect(repeats(6_000, 9_900)).toHaveLength(1);
  // A success that has been stored by then is there for good.
  expect(repeats(7_000, 20_000)).toHaveLength(1);
});

test('finds two runs at once, unless the first one lost its lease', () => {
  const long = [
    ...handle('b', 2_000, { steps: ['start'] }),
    ...handle('b', 6_000, { run: 1, steps: ['end'] }),
    ...handle('b', 4_500, { run: 2, pid: 21 }),
  ];
  const records = [generated('b'), attempt('b'), ...long];
  expect(troubleIn(records)).toEqual([names.repeats]);
  expect(troubleIn([...records, { is: 'stopped', pid: 20, from: 2_100, to: 5_500 }])).toEqual([]);
});

test('a process that closes gives back what it has not finished, at the end of its time and not before', () => {
  const both = [...handle('b', 4_000, { steps: ['start'] }), ...handle('b', 9_000, { run: 2, pid: 21 })];
  const records = [generated('b'), attempt('b'), ...both];
  const closing = (/** @type {number} */ pid, /** @type {number} */ at) =>
    /** @type {LedgerRecord} */ ({ is: 'closing', pid, at });
  expect(troubleIn([...records, closing(20, 4_990)])).toEqual([]);
  expect(troubleIn([...records, closing(20, 5_060)])).toEqual([names.repeats]);
  expect(troubleIn([...records, closing(21, 4_990)])).toEqual([names.repeats]);
});

test('transactional runs are judged by their table alone, and no others', () => {
  const startsOf = (/** @type {string} */ handler) =>
    [1, 2].map((run) => ({
      ...{ is: /** @type {const} */ ('start'), id: 'b', handler, pid: 20, run },
      at: 1_000 + run * 1_000,
    }));
  const repeatsOf = (/** @type {LedgerRecord[]} */ records) => findRepeats(readHistory(records), 2_000);
  expect(repeatsOf(startsOf('transactional'))).toEqual([]);
  expect(repeatsOf(startsOf('plain'))).toHaveLength(1);
  // A process that has ended runs nothing any more, in peace or not.
  const exit = { is: /** @type {const} */ ('exit'), slot: 'web', pid: 20, code: 0, signal: null };
  expect(repeatsOf([...startsOf('plain'), { ...exit, at: 2_900 }])).toEqual([]);
});

test('a run that begins beside another one is explained by a stop of its own process just before it, and by nothing else', () => {
  const both = [
    ...handle('b', 4_000, { steps: ['start'] }),
    ...handle('b', 6_000, { steps: ['end'] }),
    ...handle('b', 4_500, { run: 2, pid: 21 }),
  ];
  const records = [generated('b'), attempt('b'), ...both];
  const stopped = (/** @type {number} */ pid, /** @type {number} */ to) =>
    /** @type {LedgerRecord} */ ({ is: 'stopped', pid, from: 2_000, to });
  expect(troubleIn([...records, stopped(21, 4_450)])).toEqual([]);
  // It went on so long before that it must have seen that its claim was over.
  expect(troubleIn([...records, stopped(21, 4_250)])).toEqual([names.repeats]);
  expect(troubleIn([...records, stopped(22, 4_450)])).toEqual([names.repeats]);
  // A claim that came late because of the database begins nothing.
  expect(troubleIn([...records, { is: 'fault', name: 'x', from: 4_300, to: 4_450 }])).toEqual([
    names.repeats,
  ]);
});

test('finds a process that ended by itself', () => {
  const exit = { is: /** @type {const} */ ('exit'), slot: 'web', at: 5_000 };
  expect(troubleIn([{ ...exit, pid: 10, code: 1, signal: null }])).toEqual([names.exits]);
  expect(troubleIn([{ ...exit, pid: 10, code: null, signal: 'SIGSEGV' }])).toEqual([names.exits]);
  expect(troubleIn([{ ...exit, pid: 10, code: 0, signal: null }])).toEqual([]);
  expect(troubleIn([{ ...exit, pid: 9, code: null, signal: 'SIGKILL' }])).toEqual([]);
});

test('finds what still waits', () => {
  expect(troubleIn([], { quiet: { waiting: 3, after: 11_100, within: 11_000 } })).toEqual([names.quiet]);
});

test('finds a failpoint that was not hit often enough', () => {
  expect(
    findTrouble([], { failpoints: { points: ['body-read', 'checkpoint'], least: 2, before: new Map() } }),
  ).toEqual({
    [names.failpoints]: ['checkpoint: 0'],
  });
});

test('hits of another round count', () => {
  const points = ['body-read', 'checkpoint'];
  const before = new Map([['checkpoint', 2]]);
  expect(troubleIn([], { failpoints: { points, least: 2, before } })).toEqual([]);
});

test('finds an answer that was not on the disk, where that was looked at', () => {
  expect(findTrouble([], { unsynced: ['a'] })).toEqual({ [names.synced]: ['a'] });
  expect(troubleIn([], { unsynced: [] })).toEqual([]);
});

test('an answer is late without the time for which its process or the machine stood still, and only without that', () => {
  const late = attempt('a', { status: 202, from: 1_000, to: 7_000 });
  const stopped = (/** @type {number} */ pid, /** @type {number} */ to) =>
    /** @type {LedgerRecord} */ ({ is: 'stopped', pid, from: 2_000, to });
  const fault = (/** @type {string} */ name) =>
    /** @type {LedgerRecord} */ ({ is: 'fault', name, from: 2_000, to: 4_000 });
  expect(troubleIn([late])).toEqual([names.late]);
  expect(troubleIn([late, stopped(10, 4_000)])).toEqual([]);
  expect(troubleIn([late, stopped(10, 2_500)])).toEqual([names.late]);
  expect(troubleIn([late, stopped(10, 2_500), stopped(10, 2_500)])).toEqual([names.late]);
  expect(troubleIn([late, stopped(20, 4_000)])).toEqual([names.late]);
  expect(troubleIn([late, fault('starved')])).toEqual([]);
  // The database may be away for as long as it likes.
  expect(troubleIn([late, fault('Redis stopped')])).toEqual([names.late]);
});

test('a run that had lost its lease before its end may come again, after a stop that was long enough', () => {
  const run = [
    ...handle('b', 2_000, { steps: ['start'] }),
    ...handle('b', 6_000, { steps: ['end'] }),
    ...handle('b', 9_000, { run: 2, pid: 21 }),
  ];
  const records = [generated('b'), attempt('b'), ...run];
  const stop = (/** @type {number} */ to) =>
    /** @type {LedgerRecord} */ ({ is: 'stopped', pid: 20, from: 2_100, to });
  expect(troubleIn([...records, stop(5_000)])).toEqual([]);
  expect(troubleIn([...records, stop(2_500)])).toEqual([names.repeats]);
});

test('a process dies between its announcement and its end: resets between the two are explained', () => {
  const reset = attempt('a', { broken: 'reset', from: 1_400, to: 1_500 });
  const hit = /** @type {LedgerRecord} */ ({ is: 'hit', point: 'x', pid: 10, at: 1_200 });
  const exit = (/** @type {number} */ at) =>
    /** @type {LedgerRecord} */ ({ is: 'exit', slot: 'web', pid: 10, code: null, signal: 'SIGKILL', at });
  expect(troubleIn([attempt('a'), reset, hit, exit(1_510)])).toEqual([]);
  expect(troubleIn([attempt('a'), reset, hit, exit(1_250)])).toEqual([names.resets]);
});
