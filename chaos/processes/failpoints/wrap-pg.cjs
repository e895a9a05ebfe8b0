/**
 * Failpoints around the queries to PostgreSQL. BullMQ does everything in functions of the database, which are told by their
 * names; its migrations are statements.
 */
const { Client } = require('pg');
const { decide, die, next, pass } = require('./failpoint.cjs');

const statements = {
  store: /\badd_job\(/,
  claim: /\bmove_to_active\(/,
  verdict: /\b(move_to_(completed|failed|delayed)|retry_job)\(/,
  // The inbox clears away what is completed; BullMQ does it itself in Redis.
  retention: /\bDELETE FROM job\b/,
  migrate: /^\s*(--.*\n\s*)*(CREATE|ALTER|INSERT INTO migration\b)/i,
};

/** Statements of a migration that are let through before this process is killed in one. */
let untilKill = Math.floor(next() * 8);
let isMigrating = false;

const prototype = /** @type {any} */ (Client.prototype);
const { query } = prototype;

prototype.query = /** @this {any} */ function (/** @type {any[]} */ ...values) {
  const [first] = values;
  const text = typeof first === 'string' ? first : String(first?.text ?? '');
  const callback = values.findIndex((value) => typeof value === 'function');
  const send = () => query.apply(this, values);
  if (statements.store.test(text)) {
    if (decide('in-transaction')) return leaveOpen('in-transaction', 40, send);
  } else if (statements.retention.test(text)) {
    if (decide('retention')) return leaveOpen('retention', 4, send);
  } else if (statements.migrate.test(text) && untilKill-- === 0) {
    if (decide('migration')) return leaveOpen('migration', 10, send);
  }
  if (/^(BEGIN|COMMIT)$/.test(text)) {
    if (text === 'COMMIT' && isMigrating && decide('migration-commit'))
      return leaveOpen('migration-commit', 10, send);
    isMigrating = false;
  }
  if (statements.migrate.test(text)) isMigrating = true;
  if (statements.verdict.test(text)) pass('before-verdict');
  const use = statements.store.test(text)
    ? () => pass('after-commit')
    : statements.claim.test(text)
      ? (/** @type {any} */ result) => result?.rows?.[0]?.id && pass('after-claim')
      : undefined;
  if (use === undefined) return send();
  if (callback === -1) {
    const answer = send();
    Promise.resolve(answer).then(use, () => {});
    return answer;
  }
  const tell = values[callback];
  values[callback] = (/** @type {unknown} */ error, /** @type {unknown} */ result) => {
    if (!error) use(result);
    tell(error, result);
  };
  return send();
};

/**
 * Sends it or not, and ends the process before anybody hears of it.
 *
 * @param {string} point @param {number} longest Milliseconds. @param {() => unknown} send
 */
function leaveOpen(point, longest, send) {
  // The database may be away just now: nobody waits to be told.
  if (next() < 0.7) Promise.resolve(send()).catch(() => {});
  setTimeout(() => die(point), next() * longest);
  return new Promise(() => {});
}
