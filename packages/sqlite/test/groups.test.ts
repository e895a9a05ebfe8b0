import { expect, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox, temporaryFile } from './support/open-inbox.js';

/** Has SQLite fail for events of one name. */
async function failFor(inbox: ReturnType<typeof openInbox>, name: string, how: 'ROLLBACK' | 'ABORT') {
  await inbox.transaction((tx) =>
    tx.exec(`CREATE TRIGGER forced BEFORE INSERT ON fic_webhooks_items WHEN NEW.name = '${name}'
      BEGIN SELECT RAISE(${how}, 'forced'); END`),
  );
}

test('a group that cannot be committed is rejected as a whole, duplicates included', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  const known = newItem();
  await inbox.put(known);
  await failFor(inbox, 'boom', 'ROLLBACK');
  const twin = newItem();
  const group = [newItem(), twin, twin, { ...twin, fingerprint: 'other' }, known, newItem({ name: 'boom' })];
  const codes = await Promise.all(group.map((item) => codeOf(inbox.put(item))));
  expect(codes).toEqual(Array.from(group, () => 'inbox-unreachable'));
  // Nothing of it was kept, and the inbox goes on with a fresh connection.
  expect(await inbox.health()).toMatchObject({ waiting: 1 });
  const again = group.slice(0, -1);
  expect(await Promise.all(again.map((item) => inbox.put(item)))).toEqual([
    ...['stored', 'stored', 'duplicate', 'conflict', 'duplicate'],
  ]);
});

test('what is wrong with one event alone costs no other', async () => {
  const inbox = openInbox();
  await inbox.put(newItem());
  await failFor(inbox, 'boom', 'ABORT');
  const group = [newItem(), newItem({ name: 'boom' }), newItem(), newItem({ name: 'boom' })];
  const codes = await Promise.all(group.map((item) => codeOf(inbox.put(item))));
  expect(codes).toEqual(['fulfilled', 'inbox-unreachable', 'fulfilled', 'inbox-unreachable']);
  expect(await inbox.health()).toMatchObject({ waiting: 3 });
});

test('of many puts of one key at once one is stored', async () => {
  const inbox = openInbox();
  const item = newItem();
  const results = await Promise.all(Array.from({ length: 1_000 }, () => inbox.put(item)));
  expect(results.filter((result) => result === 'stored')).toHaveLength(1);
  expect(results.filter((result) => result === 'duplicate')).toHaveLength(999);
});

test('what was asked for before the end is still written', async () => {
  const file = temporaryFile();
  const inbox = openInbox({ file });
  const puts = Array.from({ length: 600 }, () => inbox.put(newItem()));
  const closed = inbox.close();
  expect(await Promise.all(puts)).toEqual(puts.map(() => 'stored'));
  await closed;
  expect(await openInbox({ file }).health()).toMatchObject({ waiting: 600 });
});
