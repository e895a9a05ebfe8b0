/**
 * Failpoints around the commands of Redis. BullMQ does everything in scripts, which are told by their names.
 */
const { Redis } = require('ioredis');
const { createHash } = require('node:crypto');
const { decide, die, next, pass } = require('./failpoint.cjs');

/** The scripts that store an event, claim one, store a verdict, clean up. */
const scripts = {
  store: /^add(Standard|Delayed|Prioritized)Job/,
  claim: /^moveToActive/,
  verdict: /^(moveToFinished|moveToDelayed|retryJob)/,
  // Ending a job also clears away older ones.
  retention: /^moveToFinished/,
};
/** The names of the scripts by their SHA-1, by which they are called. @type {Map<string, string>} */
const names = new Map();

const { defineCommand, sendCommand } = Redis.prototype;
Redis.prototype.defineCommand = /** @this {any} */ function (
  /** @type {string} */ name,
  /** @type {any} */ definition,
) {
  names.set(createHash('sha1').update(definition.lua).digest('hex'), name);
  return defineCommand.call(this, name, definition);
};

Redis.prototype.sendCommand = /** @this {any} */ function (
  /** @type {any} */ command,
  /** @type {any[]} */ ...rest
) {
  const name = /^eval/i.test(command.name) ? nameOf(String(command.args[0])) : command.name;
  const send = () => sendCommand.call(this, command, ...rest);
  if (scripts.store.test(name) && decide('in-transaction')) return leaveOpen('in-transaction', 40, send);
  if (scripts.retention.test(name) && decide('retention')) return leaveOpen('retention', 4, send);
  if (scripts.verdict.test(name)) pass('before-verdict');
  const answer = send();
  if (scripts.store.test(name)) answerOf(answer, () => pass('after-commit'));
  if (scripts.claim.test(name)) answerOf(answer, (value) => Array.isArray(value?.[0]) && pass('after-claim'));
  return answer;
};

/** @param {string} text A SHA-1, or the script itself. */
function nameOf(text) {
  return names.get(text) ?? names.get(createHash('sha1').update(text).digest('hex')) ?? '';
}

/**
 * Sends it or not, and ends the process before anybody hears of it: what answers without that is found out.
 *
 * @param {string} point @param {number} longest Milliseconds. @param {() => unknown} send
 */
function leaveOpen(point, longest, send) {
  // The database may be away just now: nobody waits to be told.
  if (next() < 0.7) Promise.resolve(send()).catch(() => {});
  setTimeout(() => die(point), next() * longest);
  return new Promise(() => {});
}

/** @param {any} answer @param {(value: any) => void} use Before anybody else. */
function answerOf(answer, use) {
  Promise.resolve(answer).then(use, () => {});
}
