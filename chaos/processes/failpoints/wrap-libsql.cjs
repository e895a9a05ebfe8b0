/**
 * Failpoints around the SQL of the inbox, which runs in a thread of its own. What a transaction is for is told by its
 * statements.
 */
const Database = require('libsql');
const { arms, decide, die, next, pass, wait } = require('./failpoint.cjs');
const { createKiller } = require('./killer.cjs');
const { classify } = require('./classify-sql.cjs');

const killer = createKiller();

/** Statements of a migration that are let through before this process is killed in one: there are two. */
let untilKill = Math.floor(next() * 2);

/** What the open transaction of each connection has done so far. @type {WeakMap<object, Set<string>>} */
const transactions = new WeakMap();

const { prepare, exec } = Database.prototype;

Database.prototype.exec = /** @this {object} */ function (/** @type {string} */ sql) {
  return around(this, sql, () => exec.call(this, sql));
};

Database.prototype.prepare = /** @this {any} */ function (/** @type {string} */ sql) {
  const statement = /** @type {any} */ (prepare.call(this, sql));
  for (const method of ['run', 'get', 'all', 'iterate']) {
    const own = statement[method];
    statement[method] = (/** @type {unknown[]} */ ...values) =>
      around(this, sql, () => own.apply(statement, values));
  }
  return statement;
};

/**
 * @template T
 * @param {object} connection
 * @param {string} sql
 * @param {() => T} run
 * @returns {T}
 */
function around(connection, sql, run) {
  const what = classify(sql);
  if (what === 'begin') transactions.set(connection, new Set());
  const done = transactions.get(connection) ?? new Set();
  done.add(what);
  if (what === 'commit') return commit(connection, done, run);
  if (what === 'checkpoint') return during('checkpoint', 3_000, run);
  if (what === 'cleanup') return during('retention', 1_000, run);
  if (what === 'migrate' && untilKill-- === 0) return during('migration', 3_000, run);
  return run();
}

/**
 * @template T
 * @param {object} connection
 * @param {ReadonlySet<string>} done
 * @param {() => T} run
 * @returns {T}
 */
function commit(connection, done, run) {
  transactions.delete(connection);
  if (done.has('store') && decide('in-transaction')) {
    // A slow disk: whoever has answered before the commit is found out.
    wait(next() * 40);
    die('in-transaction');
  }
  if (done.has('verdict')) pass('before-verdict');
  if (done.has('migrate')) return during('migration-commit', 2_000, run);
  const result = done.has('store') ? during('in-commit', 1_000, run) : run();
  if (done.has('store')) pass('after-commit');
  if (done.has('claim')) pass('after-claim');
  return result;
}

/**
 * Lets another thread end the process while this one is inside of the library.
 *
 * @template T
 * @param {string} point
 * @param {number} longest Microseconds.
 * @param {() => T} run
 * @returns {T}
 */
function during(point, longest, run) {
  if (!decide(point)) return run();
  killer.killWithin(point, next() * longest);
  run();
  // The library was faster.
  wait(10_000);
  throw new Error(`${point}: nobody ended this process, although ${arms?.hitsPath} says so.`);
}
