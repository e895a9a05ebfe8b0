import { expect } from 'vitest';
import { backEnds } from './support/back-ends.js';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';

// A null character, and half of a pair, as a cut through an emoji leaves it.
const odd = 'a\u0000b\ud83d';
const kept = 'a\ufffdb\ufffd';

for (const { name, test, start } of backEnds) {
  test(`text that no ${name} takes costs no event its end`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const retried = newItem({ name: odd });
    const buried = newItem();
    const unread = newItem({ name: odd });
    expect(await inbox.put(retried)).toBe('stored');
    expect(await inbox.put(buried)).toBe('stored');
    await inbox.bury({ ...unread, reason: 'unreadable', error: odd });

    const worker = startWorker(inbox, ({ key, attempt }) => {
      if (key === buried.key) return { kind: 'bury', reason: 'attempts', error: odd, failed: true };
      return attempt === 1 ? { kind: 'retry', after: 1, error: odd } : { kind: 'done' };
    });
    await expect
      .poll(() => inbox.health(), { timeout: 20_000 })
      .toMatchObject({ waiting: 0, deadLetters: 2 });
    expect(worker.troubles).toEqual([]);
    expect(worker.items.map((item) => item.name).sort()).toEqual([kept, kept, buried.name].sort());
    const letters = await inbox.deadLetters.list();
    expect(letters.map((letter) => [letter.key, letter.name, letter.error])).toEqual([
      [unread.key, kept, kept],
      [buried.key, buried.name, kept],
    ]);
  });
}
