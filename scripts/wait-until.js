import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds. A claim of a process that was killed lasts for 15 seconds, and other checks run at the same time. */
const patience = 90_000;

/**
 * Waits until something is so.
 *
 * @param {string} what For the error, when it never is.
 * @param {() => boolean | Promise<boolean>} isSo
 */
export async function waitUntil(what, isSo) {
  const deadline = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It did not come to pass that ${what}.`);
    await delay(100);
  }
}
