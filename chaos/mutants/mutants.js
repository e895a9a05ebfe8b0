/**
 * Faults that were, or nearly were, in an inbox once. Each is a change of the built packages, and of nothing else.
 *
 * @typedef {object} Mutant
 * @property {string} name
 * @property {'sqlite' | 'redis'} part
 * @property {readonly import('../stage-packages.js').Edit[]} edits
 * @property {string} killedBy What a round must find, at least. Another finding alone could be an accident.
 * @property {import('../run-round.js').Focus} focus
 * @property {number} count Events in a quick run.
 */

const lost = 'nothing answered 2xx is without its effect';
const repeated = 'no event is handled again, or by two at once';

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: 'answer before commit',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: 'outcomes.push(() => this.#port.answer(id, result));',
        replace: 'this.#port.answer(id, result); this.#port.flush();',
      },
    ],
    killedBy: lost,
    focus: { points: ['in-transaction'], kinds: [] },
    count: 300,
  },
  {
    name: 'duplicate from an uncommitted twin',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: 'outcomes.push(() => this.#port.answer(id, result));',
        replace:
          "if (result === 'duplicate') { this.#port.answer(id, result); this.#port.flush(); } else outcomes.push(() => this.#port.answer(id, result));",
      },
    ],
    killedBy: lost,
    focus: { points: ['in-transaction'], kinds: [] },
    count: 600,
  },
  {
    name: 'complete before the handler',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: 'verdict = await this.#options.work.process(this.#toItem(run));',
        replace:
          "await this.#settle(run, { kind: 'done' }); verdict = await this.#options.work.process(this.#toItem(run));",
      },
    ],
    killedBy: lost,
    focus: { points: ['mid-handler'], kinds: [] },
    count: 200,
  },
  {
    name: 'no lease: a claim keeps nobody away',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: '+ ?3, crashes = crashes + ?4 WHERE id = ?1',
        replace: '- 1 + 0 * ?3, crashes = crashes + 0 * ?4 WHERE id = ?1',
      },
    ],
    killedBy: repeated,
    focus: { points: [], kinds: [] },
    count: 200,
  },
  {
    name: 'no lease: a claim lasts for ever',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: '+ ?3, crashes = crashes + ?4 WHERE id = ?1',
        replace: '+ ?3 + 1000000000, crashes = crashes + ?4 WHERE id = ?1',
      },
    ],
    killedBy: lost,
    focus: { points: ['mid-handler'], kinds: [] },
    count: 150,
  },
  {
    name: 'no fencing token',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: 'const own = "WHERE key = ?1 AND token = ?2";',
        replace: 'const own = "WHERE key = ?1 AND ?2 IS NOT NULL";',
      },
    ],
    killedBy: repeated,
    focus: { points: [], kinds: ['zombie'] },
    count: 100,
  },
  {
    name: 'removeOnComplete: true, deduplication by job id',
    part: 'redis',
    edits: [
      {
        package: 'bullmq',
        find: 'this.removeOnComplete = age === 0 ? true : {',
        replace: 'this.removeOnComplete = true ? true : {',
      },
      { package: 'bullmq', find: 'randomBytes(9).toString("base64url")', replace: '"once"' },
      {
        package: 'bullmq',
        find: 'deduplication: { id: key, ttl: Math.max(1, Math.ceil(retention)) }',
        replace: '',
      },
    ],
    killedBy: repeated,
    focus: { points: [], kinds: [] },
    count: 150,
  },
  {
    name: 'default maxStalledCount',
    part: 'redis',
    edits: [{ package: 'bullmq', find: 'maxStalledCount: never,', replace: '' }],
    killedBy: 'dead letters are exactly the poison',
    focus: { points: [], kinds: ['unlucky'] },
    count: 100,
  },
  {
    name: 'synchronous=OFF',
    part: 'sqlite',
    edits: [
      {
        package: 'sqlite',
        find: 'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = $',
        replace: 'PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = $',
      },
      // The inbox would notice by itself, and not start.
      { package: 'sqlite', find: 'if (synchronous >= 2) return;', replace: 'return;' },
    ],
    killedBy: 'every 202 follows a sync of the log',
    focus: { points: [], kinds: [], isTraced: true },
    count: 20,
  },
];

/** What is not changed at all, and must pass: else a mutant could be killed by anything. @type {readonly Mutant[]} */
export const controls = [
  {
    name: 'nothing is changed, SQLite',
    part: 'sqlite',
    edits: [],
    killedBy: '',
    focus: { points: ['in-transaction', 'mid-handler'], kinds: ['zombie'], isTraced: true },
    count: 300,
  },
  {
    name: 'nothing is changed, Redis',
    part: 'redis',
    edits: [],
    killedBy: '',
    focus: { points: [], kinds: ['unlucky'] },
    count: 150,
  },
];
