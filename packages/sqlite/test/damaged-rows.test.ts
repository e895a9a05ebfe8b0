import type { InboxItem } from '@fic-webhooks/core';
import { expect, onTestFinished, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox } from './support/open-inbox.js';

test('a row whose texts are damaged is handed on as such, and holds up no other', async () => {
  const inbox = openInbox();
  const damaged = newItem();
  const whole = newItem();
  await inbox.put(damaged);
  await inbox.put(whole);
  const damage = (column: string) =>
    inbox.transaction((tx) =>
      tx.run(`UPDATE fic_webhooks_items SET ${column} = ? WHERE key = ?`, ['{"kind":"ev\u0001', damaged.key]),
    );
  await damage('payload');
  await damage('handled');
  const items: InboxItem[] = [];
  const worker = inbox.work({
    concurrency: 2,
    lease: 60_000,
    process: async (item) => {
      items.push(item);
      return item.key === damaged.key
        ? { kind: 'bury', reason: 'unreadable', error: 'damaged', failed: false }
        : { kind: 'done' };
    },
    onTrouble: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0, deadLetters: 1 });
  expect(items).toContainEqual(
    expect.objectContaining({
      key: damaged.key,
      payload: { kind: 'damaged', text: '{"kind":"ev\u0001' },
      handled: [],
    }),
  );
  expect(await inbox.deadLetters.list()).toEqual([
    expect.objectContaining({ key: damaged.key, payload: { kind: 'damaged', text: '{"kind":"ev\u0001' } }),
  ]);
  expect(await inbox.deadLetters.discard(damaged.key)).toBe(true);
});
