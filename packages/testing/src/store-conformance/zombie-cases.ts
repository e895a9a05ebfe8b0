import type { SuiteCase } from '../suite/suite-case.js';
import { long, type StoreProbe, short } from './store-probe.js';

const late = 'for a run whose key has been claimed by a successor';

/** A run that outlived its lease, and what it must not do to the one that came after it. */
export const zombieCases: readonly SuiteCase<StoreProbe>[] = [
  {
    name: 'zombie: cannot extend the claim of its successor',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      await probe.claim(short, 'second');
      await probe.expectAnswer(false, 'extend', zombie, late);
      await probe.outlive();
      await probe.claim(long, 'third');
    },
  },
  {
    name: 'zombie: cannot complete the claim of its successor',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      const successor = await probe.claim(long, 'second');
      await probe.expectAnswer(false, 'complete', zombie, late);
      await probe.expectBusy('while the successor runs');
      await probe.expectAnswer(true, 'complete', successor, 'for the successor');
      await probe.expectDone('after the successor completed', 'second');
    },
  },
  {
    name: 'zombie: cannot release the claim of its successor',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      const successor = await probe.claim(long, 'second');
      await probe.expectAnswer(false, 'release', zombie, late);
      await probe.expectBusy('while the successor runs');
      await probe.expectAnswer(true, 'extend', successor, 'for the successor');
    },
  },
  {
    name: 'zombie: cannot undo what its successor completed',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      const successor = await probe.claim(long, 'second');
      await probe.expectAnswer(true, 'complete', successor, 'for the successor');
      await probe.expectPowerless(zombie, 'after its successor completed');
      await probe.expectDone('after all that', 'second');
    },
  },
  {
    name: 'zombie: cannot take a key that its successor released',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      const successor = await probe.claim(long, 'second');
      await probe.expectAnswer(true, 'release', successor, 'for the successor');
      await probe.expectPowerless(zombie, 'after its successor released');
      await probe.claim(long, 'third');
    },
  },
  {
    name: 'zombie: a complete without a successor tells the truth',
    async run(probe) {
      const zombie = await probe.claim(short);
      await probe.outlive();
      // Whether a claim that ended may still be completed is up to the store, but its answer must be what happened.
      const answer = await probe.store.complete(probe.key, zombie, long);
      if (answer) await probe.expectDone('after a late complete that gave true');
      else await probe.claim();
    },
  },
];
