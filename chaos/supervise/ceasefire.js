import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** From the end of a fault until everything has recovered; processes that were killed are up again by then. */
const settle = 2_000;

/**
 * While somebody asks for calm, no failpoint is hit and no fault begins.
 *
 * The service sends an event four times, the last time hours after the first. A run cannot wait for hours: it holds its fire
 * for what is sent the last time instead.
 *
 * @param {string} path The file that failpoints look for.
 */
export function createCeasefire(path) {
  let asked = 0;
  /** What is going on. @type {Set<Promise<void>>} */
  const troubles = new Set();
  return {
    path,
    get isOn() {
      return asked > 0;
    },
    /** Resolves when all is calm, and everybody has had the time to notice. */
    async ask() {
      if (++asked === 1) writeFileSync(path, 'calm');
      while (troubles.size > 0) await Promise.all(troubles);
      await pause(settle);
    },
    /** Nothing is sent any more: what events are meant to do to their process goes on, and nothing else. */
    async end() {
      asked++;
      writeFileSync(path, 'over');
      while (troubles.size > 0) await Promise.all(troubles);
    },
    /** @param {Promise<void>} trouble */
    waitFor(trouble) {
      troubles.add(trouble);
      void trouble.finally(() => troubles.delete(trouble));
    },
    release() {
      if (--asked === 0) rmSync(path, { force: true });
    },
  };
}

/** @typedef {ReturnType<typeof createCeasefire>} Ceasefire */
