import type { Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectSame, type InboxProbe, long } from './inbox-probe.js';

const done = (): Verdict => ({ kind: 'done' });

/** How a worker ends. */
export const stopCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'stop: waits for what is going on',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(async () => {
        await probe.pass(700);
        return done();
      });
      await recorder.run(1);
      const started = performance.now();
      await recorder.stop(10_000);
      const took = performance.now() - started;
      if (took < 400) throw new CaseFailure('stop did not wait for what was going on.');
      if (took > 4_000)
        throw new CaseFailure(`stop took ${Math.round(took)} ms although everything had ended by then.`);
      const second = probe.work(done);
      await second.expectRuns(0, 'for an item whose verdict came while its worker stopped');
    },
  },
  {
    name: 'stop: claims nothing more',
    async run(probe) {
      const recorder = probe.work(done);
      await recorder.stop(1_000);
      await probe.store();
      await recorder.expectRuns(0, 'after stop');
      await probe.work(done).run(1);
    },
  },
  {
    name: 'stop: at its deadline releases the rest, which counts nothing',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(() => new Promise<never>(() => {}), { lease: long });
      await recorder.run(1);
      const started = performance.now();
      await recorder.stop(300);
      const took = performance.now() - started;
      if (took > 3_000) throw new CaseFailure(`stop took ${Math.round(took)} ms; its deadline was 300 ms.`);
      // Long before the end of the lease.
      const { item } = await probe.work(done).run(1);
      expectSame(
        { attempt: item.attempt, crashes: item.crashes },
        { attempt: 1, crashes: 0 },
        'the item after a release',
      );
    },
  },
  {
    name: 'stop: a verdict after it is dropped',
    async run(probe) {
      await probe.store();
      let end: (verdict: Verdict) => void = () => {};
      const recorder = probe.work(
        () =>
          new Promise<Verdict>((resolve) => {
            end = resolve;
          }),
      );
      const { item } = await recorder.run(1);
      await recorder.stop(100);
      if (await item.markHandled('late').catch(() => false))
        throw new CaseFailure('markHandled gave true although the item had been released.');
      end({ kind: 'bury', reason: 'attempts', error: 'late', failed: true });
      await probe.pass(300);
      await probe.letters(0);
      const { item: again } = await probe.work(done).run(1);
      expectSame(
        { attempt: again.attempt, handled: again.handled },
        { attempt: 1, handled: [] },
        'the item after a release',
      );
    },
  },
];
