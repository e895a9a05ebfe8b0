import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { long, type StoreProbe, short } from './store-probe.js';

const late = 'for a run whose key has been claimed by a successor';

/** What time does to claims and to handled keys. */
export const leaseCases: readonly SuiteCase<StoreProbe>[] = [
  {
    name: 'lease: its end frees the key',
    async run(probe) {
      const first = await probe.claim(short);
      await probe.outlive();
      const second = await probe.claim();
      if (first === second)
        throw new CaseFailure('The successor got the same token as the claim that ended.');
    },
  },
  {
    name: 'lease: asking does not renew it',
    async run(probe) {
      await probe.claim(short);
      await probe.expectBusy('while the first claim stands');
      await probe.outlive();
      await probe.claim();
    },
  },
  {
    name: 'lease: of fifty at once exactly one succeeds a claim that ended',
    async run(probe) {
      await probe.claim(short);
      await probe.outlive();
      const results = await Promise.all(Array.from({ length: 50 }, () => probe.try()));
      const claimed = results.filter(({ state }) => state === 'claimed').length;
      if (claimed !== 1) throw new CaseFailure(`Expected 1 of 50 to be claimed; got ${claimed}.`);
    },
  },
  {
    name: 'lease: extend makes the claim last',
    async run(probe) {
      const token = await probe.claim(short);
      await probe.expectAnswer(true, 'extend', token, 'for a live claim');
      await probe.outlive();
      await probe.expectBusy('past the first lease, after extend');
      await probe.expectAnswer(true, 'complete', token, 'for an extended claim');
    },
  },
  {
    name: 'lease: an extended claim ends too',
    async run(probe) {
      const token = await probe.claim(long);
      if (!(await probe.store.extend(probe.key, token, short)))
        throw new CaseFailure('extend gave false for a live claim.');
      await probe.outlive();
      // The lease counts from the extension, whatever it was before.
      await probe.claim();
    },
  },
  {
    name: 'lease: extend again and again',
    async run(probe) {
      const token = await probe.claim(short);
      for (let round = 0; round < 5; round++) {
        await probe.pass(short / 4);
        if (!(await probe.store.extend(probe.key, token, short))) {
          throw new CaseFailure('extend gave false for a claim that was extended in time.');
        }
      }
      await probe.expectBusy('for a claim that is extended in time');
    },
  },
  {
    name: 'lease: done does not end with it',
    async run(probe) {
      const token = await probe.claim(short);
      await probe.expectAnswer(true, 'complete', token, 'for a live claim');
      await probe.outlive();
      await probe.expectDone('past the lease of the claim');
    },
  },
  {
    name: 'retention: its end frees the key',
    async run(probe) {
      const token = await probe.claim(long);
      if (!(await probe.store.complete(probe.key, token, short)))
        throw new CaseFailure('complete gave false for a live claim.');
      await probe.outlive();
      await probe.claim(long, 'second');
    },
  },
  {
    name: 'retention: asking does not renew it',
    async run(probe) {
      const token = await probe.claim(long);
      if (!(await probe.store.complete(probe.key, token, short))) {
        throw new CaseFailure('complete gave false for a live claim.');
      }
      await probe.expectDone('after complete');
      await probe.outlive();
      await probe.claim(long, 'second');
    },
  },
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
