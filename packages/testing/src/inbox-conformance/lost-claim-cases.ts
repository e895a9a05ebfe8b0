import type { InboxItem, Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectSame, type InboxProbe, long } from './inbox-probe.js';
import type { Recorder } from './recorder.js';

/** A first run whose claim was lost, and the second one, which is going on. */
interface Lost {
  readonly first: InboxItem;
  readonly second: InboxItem;
  readonly recorder: Recorder;
  /** Ends the first run, late. */
  endFirst(verdict: Verdict): void;
  endSecond(verdict: Verdict): void;
}

async function lose(
  probe: InboxProbe,
  { lease = long, mark }: { lease?: number; mark?: string } = {},
): Promise<Lost> {
  await probe.store();
  const ends: ((verdict: Verdict) => void)[] = [];
  const recorder = probe.work(
    async (item) => {
      if (item.crashes === 0 && mark !== undefined) await item.markHandled(mark);
      return new Promise<Verdict>((resolve) => ends.push(resolve));
    },
    { concurrency: 2, lease },
  );
  const { item: first } = await recorder.run(1);
  await probe.until(() => ends.length === 1, 'the first run has begun');
  await probe.expire();
  const { item: second } = await recorder.run(2, 8_000);
  await probe.until(() => ends.length === 2, 'the second run has begun');
  return {
    first,
    second,
    recorder,
    endFirst: (verdict) => ends[0]?.(verdict),
    endSecond: (verdict) => ends[1]?.(verdict),
  };
}

/** What a run can no longer do once its claim is lost. */
const lateVerdicts: Readonly<Record<string, Verdict>> = {
  done: { kind: 'done' },
  retry: { kind: 'retry', after: 0, error: 'late' },
  postpone: { kind: 'postpone', after: 0 },
  bury: { kind: 'bury', reason: 'attempts', error: 'late', failed: true },
};

/** Claims that are lost: the process that had them died, or stood still for too long. */
export const lostClaimCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'lost: the item is claimed again, which counts a crash and no attempt',
    async run(probe) {
      const { first, second } = await lose(probe);
      expectSame(
        { key: second.key, attempt: second.attempt, crashes: second.crashes },
        { key: first.key, attempt: 1, crashes: 1 },
        'the item',
      );
      if (second.token === first.token) throw new CaseFailure('Both claims have the same token.');
    },
  },
  {
    name: 'lost: crashes go on counting, and stay when an attempt fails',
    async run(probe) {
      const { recorder, endSecond } = await lose(probe);
      endSecond({ kind: 'retry', after: 1, error: 'failed' });
      const { item: third } = await recorder.run(3, 8_000);
      expectSame({ attempt: third.attempt, crashes: third.crashes }, { attempt: 2, crashes: 1 }, 'the item');
    },
  },
  {
    name: 'lost: what was marked before stays marked',
    async run(probe) {
      const { second } = await lose(probe, { mark: 'one' });
      expectSame(second.handled, ['one'], 'the handlers that have succeeded');
    },
  },
  {
    name: 'lost: markHandled gives false and marks nothing',
    async run(probe) {
      const { first, recorder, endSecond } = await lose(probe);
      if (await first.markHandled('late'))
        throw new CaseFailure('markHandled gave true although another run has the claim.');
      endSecond({ kind: 'retry', after: 1, error: 'failed' });
      const { item: third } = await recorder.run(3, 8_000);
      expectSame(third.handled, [], 'the handlers that have succeeded');
    },
  },
  ...Object.entries(lateVerdicts).map(
    ([kind, verdict]): SuiteCase<InboxProbe> => ({
      name: `lost: a late ${kind} changes nothing`,
      async run(probe) {
        const { recorder, second, endFirst, endSecond } = await lose(probe);
        endFirst(verdict);
        await recorder.expectRuns(2, `after a late ${kind}, while the second run goes on`);
        await probe.letters(0);
        if (!(await second.markHandled('second')))
          throw new CaseFailure(`After a late ${kind} of the first run the second one has lost its claim.`);
        endSecond({ kind: 'retry', after: 1, error: 'failed' });
        const { item: third } = await recorder.run(3, 8_000);
        const { attempt, handled } = third;
        expectSame({ attempt, handled }, { attempt: 2, handled: ['second'] }, 'the third run');
      },
    }),
  ),
  {
    name: 'lost: the signal aborts',
    async run(probe) {
      const { first, second } = await lose(probe, { lease: 1_500 });
      await probe.until(() => first.signal.aborted, 'the signal of the lost claim has aborted');
      if (second.signal.aborted) throw new CaseFailure('The signal of the standing claim has aborted, too.');
    },
  },
];
