import type { InboxItem } from '@fic-webhooks/core';
import { expect, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox, temporaryFile } from './support/open-inbox.js';

test('what was being claimed when the worker is stopped is given back before that has ended', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  await inbox.put(newItem());
  const begun: string[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 600_000,
    process: async ({ key }) => {
      begun.push(key);
      return { kind: 'done' };
    },
    onTrouble: () => {},
  });
  // Its first claim is on the way.
  await worker.stop({ deadline: 0 });
  await inbox.close();
  expect(begun).toEqual([]);

  const next = openInbox({ file });
  const item = await new Promise<InboxItem>((resolve) => {
    next.work({
      concurrency: 1,
      lease: 600_000,
      process: async (claimed) => {
        resolve(claimed);
        return { kind: 'done' };
      },
      onTrouble: () => {},
    });
  });
  expect(item).toMatchObject({ attempt: 1, crashes: 0 });
});
