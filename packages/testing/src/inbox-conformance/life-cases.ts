import type { Verdict } from '@fic-webhooks/core';
import { CaseFailure, CaseSkip, type SuiteCase } from '../suite/suite-case.js';
import { expectSame, type InboxProbe } from './inbox-probe.js';

const done = (): Verdict => ({ kind: 'done' });
const short = 1_000;

async function expectClosed(call: () => Promise<unknown>, name: string): Promise<void> {
  const outcome = await call().then(
    () => 'it resolved',
    (error: unknown) => (error as { code?: unknown } | null)?.code,
  );
  if (outcome !== 'inbox-closed')
    throw new CaseFailure(
      `Expected ${name} after close to be rejected with inbox-closed; got ${String(outcome)}.`,
    );
}

/** Retention, figures, closing and opening again. */
export const lifeCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'retention: what is not done outlives it',
    async run(probe) {
      const item = await probe.store({ retention: short });
      const letter = probe.newLetter({ retention: short });
      await probe.bury(letter);
      await probe.pass(2 * short);
      await probe.store();
      await probe.letters(1);
      const { item: worked } = await probe.work(done).run(1);
      expectSame(worked.key, item.key, 'the item whose retention is over');
    },
  },
  {
    name: 'retention: a key that is done is remembered through it',
    async run(probe) {
      const item = await probe.store({ retention: 3 * short });
      await probe.work(done).run(1);
      await probe.pass(short);
      await probe.expectPut('duplicate', item, 'within the retention');
    },
  },
  {
    name: 'retention: a key that is done is forgotten after it',
    async run(probe) {
      const started = performance.now();
      const item = await probe.store({ retention: short });
      const recorder = probe.work(done);
      await recorder.run(1);
      while ((await probe.deliver(item)).result !== 'stored') {
        if (performance.now() - started > 6_000)
          throw new CaseSkip(
            'The key was still known 5 s after its retention: allowed, where cleaning is seldom.',
          );
        await probe.pass(200);
      }
      if (performance.now() - started < short - 50)
        throw new CaseFailure('The key was forgotten before its retention was over.');
      await recorder.run(2);
    },
  },
  {
    name: 'health: of an empty inbox',
    async run(probe) {
      expectSame(await probe.inbox.health(), { waiting: 0, oldestDue: 0, deadLetters: 0 }, 'the figures');
    },
  },
  {
    name: 'health: what waits, and for how long',
    async run(probe) {
      await probe.store();
      await probe.pass(500);
      await probe.store();
      await probe.bury(probe.newLetter());
      const { waiting, oldestDue, deadLetters } = await probe.inbox.health();
      expectSame({ waiting, deadLetters }, { waiting: 2, deadLetters: 1 }, 'the figures');
      if (oldestDue < 400 || oldestDue > 10_000)
        throw new CaseFailure(`Expected oldestDue to be some 500 ms; it is ${oldestDue}.`);
      await probe.work(done).run(2);
      await probe.until(async () => (await probe.inbox.health()).waiting === 0, 'nothing waits');
      expectSame(await probe.inbox.health(), { waiting: 0, oldestDue: 0, deadLetters: 1 }, 'the figures');
    },
  },
  {
    name: 'health: what is worked on or comes again later waits, and is not due',
    async run(probe) {
      const { key } = await probe.store();
      await probe.store();
      const recorder = probe.work(
        (item) => (item.key === key ? new Promise<never>(() => {}) : { kind: 'postpone', after: 60_000 }),
        { concurrency: 2 },
      );
      await recorder.run(2);
      await probe.pass(400);
      expectSame(await probe.inbox.health(), { waiting: 2, oldestDue: 0, deadLetters: 0 }, 'the figures');
    },
  },
  {
    name: 'close: later calls are rejected with inbox-closed, and closing twice is once',
    async run(probe) {
      const { inbox } = probe;
      await probe.store();
      await inbox.close();
      await expectClosed(() => inbox.put(probe.newItem()), 'put');
      await expectClosed(() => inbox.bury(probe.newLetter()), 'bury');
      await expectClosed(() => inbox.health(), 'health');
      await expectClosed(() => inbox.deadLetters.list(), 'deadLetters.list');
      await expectClosed(() => inbox.deadLetters.retry('a'), 'deadLetters.retry');
      await expectClosed(() => inbox.deadLetters.discard('a'), 'deadLetters.discard');
      await inbox.close();
    },
  },
  {
    name: 'reopen: everything is still there',
    async run(probe) {
      const finished = await probe.store();
      const recorder = probe.work(async ({ key, markHandled }) => {
        if (key === finished.key) return done();
        await markHandled('one');
        return { kind: 'retry', after: 1_500, error: 'failed' };
      });
      await recorder.run(1);
      const retried = await probe.store();
      await recorder.run(2);
      await recorder.stop(5_000);
      const fresh = await probe.store();
      const letter = probe.newLetter();
      await probe.bury(letter);
      await probe.reopen();
      for (const item of [finished, retried, fresh])
        await probe.expectPut('duplicate', item, 'after the store was opened again');
      await probe.expectPut('conflict', { ...fresh, fingerprint: 'x' }, 'after the store was opened again');
      const [kept] = await probe.letters(1);
      expectSame(kept?.key, letter.key, 'the dead letter');
      const second = probe.work(done);
      await second.run(2);
      const seen = second.runs.map(({ item: { key, attempt, crashes, handled } }) => ({
        ...{ key, attempt, crashes, handled },
      }));
      const wanted = [
        { key: fresh.key, attempt: 1, crashes: 0, handled: [] },
        { key: retried.key, attempt: 2, crashes: 0, handled: ['one'] },
      ];
      const byAttempt = seen.sort((a, b) => a.attempt - b.attempt);
      expectSame(byAttempt, wanted, 'what is worked on after the store was opened again');
      await second.expectRuns(2, 'after the store was opened again');
    },
  },
];
