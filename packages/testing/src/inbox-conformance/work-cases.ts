import type { InboxItem, Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectSame, type InboxProbe } from './inbox-probe.js';

const done = (): Verdict => ({ kind: 'done' });
const retry = (after: number): Verdict => ({ kind: 'retry', after, error: 'failed on purpose' });

function expectDelay(milliseconds: number, wanted: number): void {
  // Timers of some platforms fire a moment early, and clocks of stores count in coarser steps.
  if (milliseconds >= wanted - 60) return;
  throw new CaseFailure(
    `Expected the item after ${wanted} ms; it came after ${Math.round(milliseconds)} ms.`,
  );
}

/** What a worker is given, and when. */
export const workCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'work: an item as it is the first time',
    async run(probe) {
      const { key, name, receivedAt } = await probe.store();
      const { item } = await probe.work(done).run(1);
      const { attempt, crashes, handled, token, signal } = item;
      expectSame(
        { key: item.key, name: item.name, receivedAt: item.receivedAt, attempt, crashes, handled },
        { key, name, receivedAt, attempt: 1, crashes: 0, handled: [] },
        'the item',
      );
      if (typeof token !== 'string' || token === '') throw new CaseFailure('The item has no token.');
      if (signal.aborted) throw new CaseFailure('The signal has aborted, although the claim stands.');
    },
  },
  {
    name: 'work: what is stored while it works is taken up soon',
    async run(probe) {
      const recorder = probe.work(done);
      await probe.pass(300);
      await probe.store();
      await recorder.run(1);
      await probe.pass(300);
      await probe.store();
      await recorder.run(2);
    },
  },
  {
    name: 'work: the one due longest goes first',
    async run(probe) {
      const keys: string[] = [];
      for (let index = 0; index < 5; index++) {
        keys.push((await probe.store()).key);
        // Clocks of stores may count in coarser steps than milliseconds.
        await probe.pass(15);
      }
      const recorder = probe.work(done);
      await recorder.run(5);
      expectSame(
        recorder.runs.map(({ item }) => item.key),
        keys,
        'the order',
      );
    },
  },
  {
    name: 'work: what is done does not come again',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(done, { lease: 400 });
      await recorder.run(1);
      await recorder.expectRuns(1, 'for an item that is done', 1_500);
    },
  },
  {
    name: 'work: as many at once as allowed, and no more',
    async run(probe) {
      for (let index = 0; index < 9; index++) await probe.store();
      const slow = async (): Promise<Verdict> => {
        await probe.pass(250);
        return done();
      };
      const recorder = probe.work(slow, { concurrency: 3 });
      await recorder.run(9, 8_000);
      if (recorder.peak !== 3)
        throw new CaseFailure(`Expected 3 to be processed at once; it were ${recorder.peak}.`);
    },
  },
  {
    name: 'work: one that hangs does not hold up the others',
    async run(probe) {
      const { key } = await probe.store();
      const recorder = probe.work((item) => (item.key === key ? new Promise<never>(() => {}) : done()), {
        concurrency: 2,
      });
      await recorder.run(1);
      for (let index = 0; index < 5; index++) await probe.store();
      await recorder.run(6);
    },
  },
  {
    name: 'work: every claim has a token of its own',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(({ attempt }) => (attempt === 5 ? done() : retry(1)));
      await recorder.run(5);
      const tokens = new Set(recorder.runs.map(({ item }) => item.token));
      if (tokens.size !== 5) throw new CaseFailure(`Five claims had ${tokens.size} tokens.`);
    },
  },
  {
    name: 'work: of two workers at once one works on each item, also on a slow one',
    async run(probe) {
      const slow = await probe.store();
      const keys = [slow.key];
      while (keys.length < 40) keys.push((await probe.store()).key);
      const process = async ({ key }: InboxItem): Promise<Verdict> => {
        // For longer than its lease.
        await probe.pass(key === slow.key ? 6_500 : 5);
        return done();
      };
      const recorders = [1, 2].map(() => probe.work(process, { concurrency: 3, lease: 3_000 }));
      const worked = () => recorders.flatMap(({ runs }) => runs.map(({ item }) => item.key));
      const deadline = performance.now() + 8_000;
      while (worked().length < keys.length && performance.now() < deadline) await probe.pass(20);
      await probe.pass(7_500);
      expectSame(worked().sort(), keys.sort(), 'what was worked on');
    },
  },
  {
    name: 'lease: a slow process keeps its claim',
    async run(probe) {
      const { key } = await probe.store();
      let aborted = true;
      const recorder = probe.work(
        async ({ signal, markHandled }) => {
          await probe.pass(2_500);
          aborted = signal.aborted;
          return (await markHandled('slow')) ? done() : retry(1);
        },
        { lease: 900, concurrency: 2 },
      );
      await recorder.run(1);
      await recorder.expectRuns(1, `for one slow item ${key}`, 3_500);
      if (aborted) throw new CaseFailure('The signal aborted although the claim should have been renewed.');
    },
  },
  {
    name: 'retry: comes again after its delay, as the next attempt',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(({ attempt }) => (attempt < 3 ? retry(600) : done()));
      const first = await recorder.run(1);
      const second = await recorder.run(2);
      const third = await recorder.run(3);
      expectDelay(second.at - first.at, 600);
      expectDelay(third.at - second.at, 600);
      const counts = recorder.runs.map(({ item: { attempt, crashes } }) => ({ attempt, crashes }));
      expectSame(
        counts,
        [1, 2, 3].map((attempt) => ({ attempt, crashes: 0 })),
        'the counts',
      );
      await recorder.expectRuns(3, 'for two retries');
    },
  },
  {
    name: 'retry: does not hold up the others',
    async run(probe) {
      const { key } = await probe.store();
      const recorder = probe.work((item) => (item.key === key ? retry(60_000) : done()));
      await recorder.run(1);
      await probe.store();
      await recorder.run(2);
    },
  },
  {
    name: 'postpone: comes again after its delay, as the same attempt',
    async run(probe) {
      await probe.store();
      const verdicts: Verdict[] = [
        retry(1),
        { kind: 'postpone', after: 600 },
        { kind: 'postpone', after: 1 },
      ];
      const recorder = probe.work(() => verdicts.shift() ?? done());
      const second = await recorder.run(2);
      const third = await recorder.run(3);
      await recorder.run(4);
      expectDelay(third.at - second.at, 600);
      expectSame(
        recorder.runs.map(({ item }) => item.attempt),
        [1, 2, 2, 2],
        'the attempts',
      );
      expectSame(
        recorder.runs.map(({ item }) => item.crashes),
        [0, 0, 0, 0],
        'the crashes',
      );
    },
  },
];
