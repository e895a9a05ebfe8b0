import type { Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectPayload, expectSame, type InboxProbe } from './inbox-probe.js';

const done = (): Verdict => ({ kind: 'done' });

async function expectAnswer(answer: Promise<boolean>, wanted: boolean, what: string): Promise<void> {
  const given = await answer;
  if (given !== wanted)
    throw new CaseFailure(`Expected ${what} to give ${wanted}; it gave ${String(given)}.`);
}

/** What a person does with dead letters. */
export const letterActionCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'letters: retry gives it to the worker, with counts anew',
    async run(probe) {
      const { key, payload } = await probe.store();
      let buried = false;
      const recorder = probe.work(({ attempt }) => {
        if (attempt === 1 && !buried) return { kind: 'retry', after: 1, error: 'first' };
        if (buried) return done();
        buried = true;
        return { kind: 'bury', reason: 'attempts', error: 'second', failed: true };
      });
      await recorder.run(2);
      await probe.letter();
      const { deadLetters } = probe.inbox;
      await expectAnswer(deadLetters.retry(key), true, 'retry of a dead letter');
      const { item } = await recorder.run(3);
      expectSame(
        { key: item.key, attempt: item.attempt, crashes: item.crashes },
        { key, attempt: 1, crashes: 0 },
        'the item',
      );
      expectPayload(item.payload, payload);
      await probe.letters(0);
      await expectAnswer(deadLetters.retry(key), false, 'retry of what is no dead letter any more');
      await expectAnswer(deadLetters.discard(key), false, 'discard of what is no dead letter any more');
    },
  },
  {
    name: 'letters: retry of one that was never worked on',
    async run(probe) {
      const letter = probe.newLetter();
      await probe.bury(letter);
      const recorder = probe.work(done);
      await expectAnswer(probe.inbox.deadLetters.retry(letter.key), true, 'retry of a dead letter');
      const { item } = await recorder.run(1);
      expectPayload(item.payload, letter.payload);
      expectSame({ attempt: item.attempt, crashes: item.crashes }, { attempt: 1, crashes: 0 }, 'the item');
      await probe.letters(0);
    },
  },
  {
    name: 'letters: a letter may be buried again after its retry',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(() => ({
        kind: 'bury',
        reason: 'attempts',
        error: 'failed',
        failed: true,
      }));
      await recorder.run(1);
      const { key } = await probe.letter();
      await probe.inbox.deadLetters.retry(key);
      await recorder.run(2);
      const letter = await probe.letter();
      expectSame({ key: letter.key, attempts: letter.attempts }, { key, attempts: 1 }, 'the dead letter');
    },
  },
  {
    name: 'letters: discard ends it, and its key stays known',
    async run(probe) {
      const item = await probe.store();
      const recorder = probe.work(() => ({
        kind: 'bury',
        reason: 'attempts',
        error: 'failed',
        failed: true,
      }));
      await recorder.run(1);
      await probe.letter();
      const { deadLetters } = probe.inbox;
      await expectAnswer(deadLetters.discard(item.key), true, 'discard of a dead letter');
      await probe.letters(0);
      await probe.expectPut('duplicate', item, 'for a dead letter that was discarded');
      await recorder.expectRuns(1, 'for a dead letter that was discarded');
      await expectAnswer(deadLetters.discard(item.key), false, 'discard of what is no dead letter any more');
      await expectAnswer(deadLetters.retry(item.key), false, 'retry of what was discarded');
    },
  },
  {
    name: 'letters: retry and discard of an unknown key give false',
    async run(probe) {
      const { key } = await probe.store();
      const { deadLetters } = probe.inbox;
      for (const one of [key, probe.newItem().key]) {
        await expectAnswer(deadLetters.retry(one), false, 'retry of what is no dead letter');
        await expectAnswer(deadLetters.discard(one), false, 'discard of what is no dead letter');
      }
      await probe.work(done).run(1);
    },
  },
  {
    name: 'letters: of ten retries at once one gives true',
    async run(probe) {
      const letter = probe.newLetter();
      await probe.bury(letter);
      const { deadLetters } = probe.inbox;
      const answers = await Promise.all(Array.from({ length: 10 }, () => deadLetters.retry(letter.key)));
      const succeeded = answers.filter(Boolean).length;
      if (succeeded !== 1)
        throw new CaseFailure(`Of ten retries at once ${succeeded} gave true; expected 1.`);
      const recorder = probe.work(done);
      await recorder.run(1);
      await recorder.expectRuns(1, 'for ten retries at once');
    },
  },
];
