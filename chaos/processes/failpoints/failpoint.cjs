/**
 * The heart of the failpoints: decides whether this process ends here, announces it, and ends it with SIGKILL.
 *
 * Armed by the environment variable CHAOS_FAILPOINTS, so that it reaches worker threads as well. Nothing of the product
 * knows of it.
 */
const { existsSync, fsyncSync, openSync, readFileSync, writeSync } = require('node:fs');
const { threadId } = require('node:worker_threads');
const { createRandom, mixSeed } = require('../../plan/random.cjs');

/**
 * @typedef {object} Arms
 * @property {number} seed
 * @property {string | undefined} point Where this process is to end.
 * @property {number} fuse So long after any of its points was passed for the first time, in times of how long this process took to get there.
 * @property {readonly string[]} points Where it may end when it has not come to that for a long time.
 * @property {string} hitsPath
 * @property {string} ceasefirePath Nothing is hit while this file exists. See `supervise/ceasefire.js`.
 * @property {readonly string[]} libraries To be wrapped.
 */

/** Milliseconds after which any point will do. */
const patience = 8_000;

/** A process that took longer to come to work had nothing to do. Milliseconds. */
const longestStart = 2_000;

/** @type {Arms | undefined} */
const arms = process.env['CHAOS_FAILPOINTS'] ? JSON.parse(process.env['CHAOS_FAILPOINTS']) : undefined;
const next = createRandom(mixSeed(arms?.seed ?? 0, threadId));
/** When this thread came to any of its points for the first time. @type {number | undefined} */
let workingSince;
/** How long this process took until then: all of it, whichever thread this is. Milliseconds. */
let start = 0;
let isHit = false;

/**
 * Whether the process is to end here. Says so once.
 *
 * @param {string} point
 */
function decide(point) {
  if (isHit || arms === undefined || !arms.points.includes(point)) return false;
  const now = performance.now();
  if (workingSince === undefined) {
    workingSince = now;
    start = Math.min(process.uptime() * 1_000, longestStart);
  }
  // For a long time its own point may be one that this process does not come to.
  if (now - workingSince < (arms.point === point ? arms.fuse * start : patience)) return false;
  if (existsSync(arms.ceasefirePath)) return false;
  isHit = true;
  return true;
}

/**
 * Announces the end of this process, and ends it.
 *
 * @param {string} point
 */
function die(point) {
  announce(point);
  process.kill(process.pid, 'SIGKILL');
  wait(10_000);
}

/** @param {string} point */
function announce(point) {
  const file = openSync(/** @type {Arms} */ (arms).hitsPath, 'a');
  writeSync(file, `${JSON.stringify({ is: 'hit', point, pid: process.pid, at: Date.now() })}\n`);
  fsyncSync(file);
}

/** @param {string} point */
function pass(point) {
  if (decide(point)) die(point);
}

/** Whether a last request is on its way: then nothing ends a process, events that are meant to do so included. */
function isCalm() {
  try {
    return readFileSync(/** @type {Arms} */ (arms).ceasefirePath, 'utf8') === 'calm';
  } catch {
    return false;
  }
}

/**
 * Holds this thread up, as a slow disk would: what other threads do too early gets the time to be seen.
 *
 * @param {number} milliseconds
 */
function wait(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

module.exports = { announce, arms, decide, die, isCalm, next, pass, wait };
