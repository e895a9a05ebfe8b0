import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { answerParent } from '../harness/child.js';
import { quantile } from '../harness/statistics.js';
import { makeItems } from './make-items.js';
import { putIntoFile } from './put-events.js';
import { insertWithDriver } from './sqlite-driver.js';
import { makeEmptyFile } from './sqlite-files.js';

/**
 * @typedef {object} SqliteQuestion
 * @property {keyof typeof contenders} contender
 * @property {number} events
 */

/**
 * @typedef {object} SqliteAnswer
 * @property {number} rate - Events per second.
 * @property {number} typical - The median of the commits, or of the accepts: milliseconds.
 * @property {number} slowest - The slowest of 100 of them.
 */

/** Events that are stored at the same time, or share a commit. */
const together = 64;

const [folder = ''] = process.argv.slice(2);

/**
 * What is compared, each on an empty file: it stores so many events.
 *
 * @satisfies {Record<string, (file: string, events: number) => SqliteAnswer | Promise<SqliteAnswer>>}
 */
const contenders = {
  'one commit per event': (file, events) => insert(file, events, 1),
  'group commits': (file, events) => insert(file, events, together),
  inbox: (file, events) => put(file, events, together),
  'inbox, one at a time': (file, events) => put(file, events, 1),
};

answerParent(async (/** @type {SqliteQuestion} */ { contender, events }) => {
  const file = join(folder, 'speed.db');
  await makeEmptyFile(file);
  try {
    return await contenders[contender](file, events);
  } finally {
    rmSync(file);
  }
});

/**
 * @param {string} file
 * @param {number} events
 * @param {number} perCommit
 * @returns {SqliteAnswer}
 */
function insert(file, events, perCommit) {
  const items = makeItems(events);
  const started = performance.now();
  const commits = insertWithDriver({ file, items, perCommit });
  const milliseconds = performance.now() - started;
  return summarise((events / milliseconds) * 1_000, commits);
}

/**
 * @param {string} file
 * @param {number} events
 * @param {number} atOnce
 */
async function put(file, events, atOnce) {
  const { rate, accepts } = await putIntoFile(file, events, atOnce);
  return summarise(rate, accepts);
}

/**
 * @param {number} rate
 * @param {readonly number[]} times
 * @returns {SqliteAnswer}
 */
function summarise(rate, times) {
  return { rate, typical: quantile(times, 0.5), slowest: quantile(times, 0.99) };
}
