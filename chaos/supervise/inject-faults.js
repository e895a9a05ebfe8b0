import { setTimeout as pause } from 'node:timers/promises';
import random from '../plan/random.cjs';

/** @typedef {{ name: string, run: (milliseconds: number) => Promise<void> }} Fault Does something to a database for so long. */

/** Milliseconds of peace between two faults: from, to. */
const peace = [2_000, 5_000];
/** How long a fault lasts. Longer than a lease at times, so that leases are lost to it. */
const trouble = [300, 2_600];

/**
 * Does the faults of a database in turn, until it is stopped.
 *
 * @param {object} options
 * @param {readonly Fault[]} options.faults
 * @param {number} options.seed
 * @param {{ keep(record: object): Promise<unknown> }} options.ledger
 * @param {import('./ceasefire.js').Ceasefire} options.ceasefire
 */
export function injectFaults({ faults, seed, ledger, ceasefire }) {
  const next = random.createRandom(seed);
  const between = (/** @type {readonly number[]} */ [from = 0, to = 0]) => from + next() * (to - from);
  /** @type {Map<string, number>} */
  const counts = new Map(faults.map(({ name }) => [name, 0]));
  const stopping = new AbortController();
  const finished = (async () => {
    for (let turn = 0; faults.length > 0; turn++) {
      try {
        await pause(between(peace), undefined, { signal: stopping.signal });
        while (ceasefire.isOn) await pause(100, undefined, { signal: stopping.signal });
      } catch {
        return;
      }
      const { name, run } = /** @type {Fault} */ (faults[turn % faults.length]);
      const from = Date.now();
      const fault = run(between(trouble));
      ceasefire.waitFor(fault);
      await fault;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      await ledger.keep({ is: 'fault', name, from, to: Date.now() });
    }
  })();
  return {
    counts,
    /** Lets the one that is going on end, and begins no other. */
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}
