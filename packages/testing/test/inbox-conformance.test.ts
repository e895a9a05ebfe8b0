import type { Inbox, InboxWork } from '@fic-webhooks/core';
import { expect, test } from 'vitest';
import {
  inboxConformanceCaseNames,
  type MemoryInbox,
  memoryInbox,
  runInboxConformance,
} from '../src/index.js';

test('memoryInbox passes every case but those of opening again', async () => {
  const results = await runInboxConformance({
    createInbox: () => memoryInbox(),
    expire: (inbox) => (inbox as MemoryInbox).expireClaims(),
    concurrency: 16,
  });
  const notPassed = results.filter(({ result }) => result !== 'pass');
  expect(notPassed.map(({ name, result, why }) => `${result} ${name}: ${why}`)).toEqual([
    'skip reopen: everything is still there: `reopen` was not given, so the suite cannot look at the store again.',
  ]);
  expect(results.map(({ name }) => name)).toEqual(inboxConformanceCaseNames);
}, 60_000);

test('an inbox that gives an item to two workers is found out', async () => {
  const createInbox = (): Inbox => {
    const inbox = memoryInbox();
    const workers: InboxWork[] = [];
    return {
      ...inbox,
      work(work) {
        workers.push(work);
        return inbox.work({
          ...work,
          process(item) {
            for (const other of workers) if (other !== work && item.attempt === 1) void other.process(item);
            return work.process(item);
          },
        });
      },
    };
  };
  const name = 'work: of two workers at once one works on each item, also on a slow one';
  const results = await runInboxConformance({ createInbox, cases: [name] });
  expect(results).toEqual([{ name, result: 'fail', why: expect.stringContaining('what was worked on') }]);
}, 60_000);
