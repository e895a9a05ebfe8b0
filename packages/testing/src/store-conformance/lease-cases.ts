import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { long, type StoreProbe, short } from './store-probe.js';

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
];
