import type { DeadLetter, DeadLetterReason, Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectPayload, expectSame, type InboxProbe } from './inbox-probe.js';

const done = (): Verdict => ({ kind: 'done' });
const bury = (failed: boolean, reason: DeadLetterReason = 'attempts'): Verdict => ({
  kind: 'bury',
  reason,
  error: 'caf\u00e8 "failed"',
  failed,
});

/** The items that wait for a person. */
export const deadLetterCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'bury: a verdict makes a dead letter',
    async run(probe) {
      const { key, name, payload, receivedAt } = await probe.store();
      const recorder = probe.work(({ attempt }) =>
        attempt === 1 ? { kind: 'retry', after: 1, error: 'first' } : bury(true),
      );
      const before = Date.now();
      await recorder.run(2);
      const letter = await probe.letter();
      const { buriedAt, ...rest } = letter;
      const wanted = { key, name, reason: 'attempts', error: 'caf\u00e8 "failed"', attempts: 2, crashes: 0 };
      expectSame(rest, { ...wanted, handled: [], payload, receivedAt }, 'the dead letter');
      // The clock of the store may differ from ours.
      if (!(Math.abs(buriedAt - before) < 600_000))
        throw new CaseFailure(`buriedAt is ${buriedAt}; expected milliseconds since the epoch, about now.`);
      await recorder.expectRuns(2, 'for a dead letter');
    },
  },
  {
    name: 'bury: a verdict without a failure counts no attempt',
    async run(probe) {
      await probe.store();
      await probe.work(() => bury(false, 'unhandled')).run(1);
      const { reason, attempts } = await probe.letter();
      expectSame({ reason, attempts }, { reason: 'unhandled', attempts: 0 }, 'the dead letter');
    },
  },
  {
    name: 'bury: without work before',
    async run(probe) {
      const letter = probe.newLetter();
      const recorder = probe.work(done);
      await probe.bury(letter);
      const listed = await probe.letter();
      const { key, name, reason, error, attempts, crashes, handled, receivedAt } = listed;
      expectSame(
        { key, name, reason, error, attempts, crashes, handled, receivedAt },
        {
          ...{ key: letter.key, name: letter.name, reason: letter.reason, error: letter.error },
          ...{ attempts: 0, crashes: 0, handled: [], receivedAt: letter.receivedAt },
        },
        'the dead letter',
      );
      expectPayload(listed.payload, letter.payload);
      await recorder.expectRuns(0, 'for a dead letter');
    },
  },
  {
    name: 'bury: the same key is kept once',
    async run(probe) {
      const letter = probe.newLetter();
      await Promise.all(Array.from({ length: 20 }, () => probe.bury(letter)));
      await probe.bury({ ...letter, error: 'another' });
      const [only] = await probe.letters(1);
      expectSame(only?.error, letter.error, 'the error of the one that is kept');
    },
  },
  {
    name: 'bury: a key that is known otherwise stays what it is',
    async run(probe) {
      const item = await probe.store();
      await probe.bury(probe.newLetter({ key: item.key }));
      await probe.letters(0);
      const recorder = probe.work(done);
      await recorder.run(1);
      await probe.pass(300);
      await probe.bury(probe.newLetter({ key: item.key }));
      await probe.letters(0);
    },
  },
  {
    name: 'letters: a put of the same event is a duplicate',
    async run(probe) {
      const item = await probe.store();
      await probe.work(() => bury(true)).run(1);
      await probe.letter();
      await probe.expectPut('duplicate', item, 'for a dead letter');
      const { reason: _, error: __, ...buried } = probe.newLetter();
      await probe.bury({ ...buried, reason: 'conflict', error: 'x' });
      await probe.expectPut('duplicate', buried, 'for a dead letter that was buried at once');
      await probe.letters(2);
    },
  },
  {
    name: 'letters: the oldest first, in pages, by reason',
    async run(probe) {
      const wanted: string[] = [];
      for (let index = 0; index < 7; index++) {
        const reason = index % 3 === 0 ? 'conflict' : 'unreadable';
        const letter = probe.newLetter({ reason });
        await probe.bury(letter);
        wanted.push(letter.key);
        await probe.pass(15);
      }
      const keysOf = (letters: readonly DeadLetter[]) => letters.map(({ key }) => key);
      const { list } = probe.inbox.deadLetters;
      expectSame(keysOf(await list.call(probe.inbox.deadLetters)), wanted, 'the order');
      const paged: string[] = [];
      for (let page = 0; page < 10; page++) {
        const after = paged.at(-1);
        const letters = await probe.inbox.deadLetters.list({
          limit: 3,
          ...(after !== undefined && { after }),
        });
        if (letters.length === 0) break;
        if (letters.length > 3) throw new CaseFailure(`A page of at most 3 has ${letters.length}.`);
        paged.push(...keysOf(letters));
      }
      expectSame(paged, wanted, 'all pages of three');
      const conflicts = await probe.inbox.deadLetters.list({ reason: 'conflict', limit: 2 });
      expectSame(keysOf(conflicts), [wanted[0], wanted[3]], 'the first two conflicts');
      const rest = await probe.inbox.deadLetters.list({ reason: 'conflict', after: wanted[3] as string });
      expectSame(keysOf(rest), [wanted[6]], 'the conflicts after that');
    },
  },
  {
    name: 'letters: a hundred by default',
    async run(probe) {
      await Promise.all(Array.from({ length: 103 }, () => probe.bury(probe.newLetter())));
      await probe.letters(100);
      const all = await probe.inbox.deadLetters.list({ limit: 1_000 });
      if (all.length !== 103) throw new CaseFailure(`Expected 103 dead letters; got ${all.length}.`);
    },
  },
];
