import type { Verdict } from '@fic-webhooks/core';
import { CaseFailure, type SuiteCase } from '../suite/suite-case.js';
import { expectSame, type InboxProbe } from './inbox-probe.js';

/** Names that stores have stumbled over: separators, patterns, and members of every JavaScript object. */
const awkwardNames = ['entities.*', '*', 'a, b', 'a:b', '"', "'", '{x}', '%', '\u00e8\u20ac', '__proto__'];

/** What is remembered of handlers that have succeeded. */
export const handledCases: readonly SuiteCase<InboxProbe>[] = [
  {
    name: 'handled: is remembered from attempt to attempt',
    async run(probe) {
      await probe.store();
      const verdicts: Verdict[] = [
        { kind: 'retry', after: 1, error: 'failed' },
        { kind: 'postpone', after: 1 },
      ];
      const recorder = probe.work(async ({ markHandled, attempt, handled }) => {
        const marked = await markHandled(`${attempt} ${handled.length}`);
        if (!marked) throw new CaseFailure('markHandled gave false although the claim stands.');
        return verdicts.shift() ?? { kind: 'done' };
      });
      await recorder.run(3);
      const seen = recorder.runs.map(({ item }) => [...item.handled].sort());
      expectSame(seen, [[], ['1 0'], ['1 0', '2 1']], 'the handlers that have succeeded');
    },
  },
  {
    name: 'handled: any name, and each once',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(async ({ markHandled, attempt }) => {
        if (attempt === 2) return { kind: 'done' };
        for (const name of awkwardNames) await markHandled(name);
        await Promise.all(awkwardNames.map((name) => markHandled(name)));
        return { kind: 'retry', after: 1, error: 'failed' };
      });
      const { item } = await recorder.run(2);
      expectSame([...item.handled].sort(), [...awkwardNames].sort(), 'the handlers that have succeeded');
    },
  },
  {
    name: 'handled: of each item by itself',
    async run(probe) {
      const { key } = await probe.store();
      await probe.store();
      const recorder = probe.work(async (item) => {
        if (item.attempt === 2) return { kind: 'done' };
        if (item.key === key) await item.markHandled('one');
        return { kind: 'retry', after: 1, error: 'failed' };
      });
      await recorder.run(4);
      for (const { item } of recorder.runs) {
        const wanted = item.attempt === 2 && item.key === key ? ['one'] : [];
        expectSame(item.handled, wanted, 'the handlers that have succeeded');
      }
    },
  },
  {
    name: 'handled: stays in a dead letter, and after its retry',
    async run(probe) {
      await probe.store();
      const recorder = probe.work(async ({ markHandled, handled }) => {
        if (handled.length > 0) return { kind: 'done' };
        await markHandled('one');
        return { kind: 'bury', reason: 'attempts', error: 'failed', failed: true };
      });
      await recorder.run(1);
      const letter = await probe.letter();
      expectSame(letter.handled, ['one'], 'the handlers in the dead letter');
      await probe.inbox.deadLetters.retry(letter.key);
      const { item } = await recorder.run(2);
      expectSame(item.handled, ['one'], 'the handlers after the retry of a dead letter');
    },
  },
];
