import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '@fic-webhooks/core';
import { expect } from 'vitest';
import { backEnds } from './support/back-ends.js';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';

for (const { name, test, start } of backEnds) {
  test(`${name}: what comes again waits from when it is due, and not from when it was stored`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    await inbox.put(newItem());
    await inbox.put(newItem());
    const worker = startWorker(
      inbox,
      ({ attempt }): Verdict | Promise<Verdict> =>
        attempt === 1 ? { kind: 'retry', after: 2_000, error: 'failed' } : new Promise<never>(() => {}),
      { concurrency: 1 },
    );
    // One of them is held now, and the other one was due at the same time.
    await expect.poll(() => worker.items.length).toBe(3);
    await sleep(300);
    const { oldestDue, waiting } = await inbox.health();
    expect(waiting).toBe(2);
    expect(oldestDue).toBeGreaterThan(200);
    expect(oldestDue).toBeLessThan(1_800);
  });

  test(`${name}: what is due and nobody works on waits from when it was due`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    await inbox.put(newItem());
    const worker = startWorker(inbox, () => ({ kind: 'postpone', after: 500 }));
    await expect.poll(() => worker.items.length).toBe(1);
    await worker.stop({ deadline: 1_000 });
    await sleep(1_000);
    const { oldestDue } = await inbox.health();
    expect(oldestDue).toBeGreaterThan(300);
    expect(oldestDue).toBeLessThan(1_200);
  });

  test(`${name}: a dead letter that is retried waits from then on`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const item = newItem();
    await inbox.put(item);
    const worker = startWorker(inbox, () => ({
      kind: 'bury',
      reason: 'attempts',
      error: 'failed',
      failed: true,
    }));
    await expect.poll(() => inbox.health()).toMatchObject({ deadLetters: 1 });
    await worker.stop({ deadline: 1_000 });
    await sleep(1_500);
    await inbox.deadLetters.retry(item.key);
    await sleep(200);
    const { oldestDue } = await inbox.health();
    expect(oldestDue).toBeGreaterThan(100);
    expect(oldestDue).toBeLessThan(1_000);
  });
}
