import { sqliteInbox } from '@fic-webhooks/sqlite';
import { runConcurrently } from '../harness/run-concurrently.js';
import { makeItems } from './make-items.js';

/** @import { SqliteInbox } from '@fic-webhooks/sqlite' */

/**
 * @typedef {object} PutTimes
 * @property {number} rate - Events per second.
 * @property {number[]} accepts - The milliseconds of each.
 */

/**
 * Opens the inbox in a file, and puts new events there.
 *
 * @param {string} file
 * @param {number} events
 * @param {number} atOnce
 * @returns {Promise<PutTimes>}
 */
export async function putIntoFile(file, events, atOnce) {
  const inbox = sqliteInbox({ file });
  await inbox.ready();
  try {
    // A thread that has just been started compiles first.
    await putEvents(inbox, events / 20, atOnce);
    return await putEvents(inbox, events, atOnce);
  } finally {
    await inbox.close();
  }
}

/**
 * Puts new events. Each must be stored.
 *
 * @param {SqliteInbox} inbox
 * @param {number} events
 * @param {number} atOnce
 * @returns {Promise<PutTimes>}
 */
export async function putEvents(inbox, events, atOnce) {
  const items = makeItems(events);
  /** @type {number[]} */
  const accepts = [];
  const started = performance.now();
  await runConcurrently(items, atOnce, async (item) => {
    const began = performance.now();
    const result = await inbox.put(item);
    accepts.push(performance.now() - began);
    if (result !== 'stored') throw new Error(`A new event was answered with ${result}.`);
  });
  return { rate: (events / (performance.now() - started)) * 1_000, accepts };
}
