import type { InboxItem } from '@fic-webhooks/core';
import { expect, onTestFinished, test } from 'vitest';
import { StoreClient } from '../src/store/store-client.js';
import { Transactor } from '../src/transactions/transactor.js';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox, temporaryFile } from './support/open-inbox.js';
import { stallThreads } from './support/stall-threads.js';
import { standStill } from './support/stand-still.js';

/** Works on one item at a time, and keeps what it was given. */
function work(inbox: ReturnType<typeof openInbox>, lease: number) {
  const items: InboxItem[] = [];
  const trouble: unknown[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease,
    process: async (item) => {
      items.push(item);
      return { kind: 'done' };
    },
    onTrouble: (error) => trouble.push((error as { code?: unknown }).code),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  return { items, trouble };
}

// Much longer than an answer may take, the second one than two thirds of the lease, too.
test.each([60_000, 9_000])(
  'a claim that waits for the disk loses nothing, with a lease of %i ms',
  async (lease) => {
    const inbox = openInbox();
    const item = newItem();
    await inbox.put(item);
    const { over } = await stallThreads(10_000);
    const { items, trouble } = work(inbox, lease);
    // Somebody is told, once.
    await expect.poll(() => trouble).toEqual(['inbox-unreachable']);
    await over;
    // Long before the end of the longer lease, and not as one whose process died.
    await expect
      .poll(() => items)
      .toEqual([expect.objectContaining({ key: item.key, attempt: 1, crashes: 0 })]);
    await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
    expect(items).toHaveLength(1);
    expect(trouble).toHaveLength(1);
  },
);

test('that a claim came too late to be made is told, and it is made by the next order', async () => {
  const inbox = openInbox({ pollInterval: 10 });
  const troubles: unknown[] = [];
  const worker = inbox.work({
    concurrency: 1,
    lease: 1_500,
    process: async () => ({ kind: 'done' }),
    onTrouble: (error) => troubles.push((error as Error).message),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  await inbox.ready();
  // Shorter than what would be told as an answer that is missing.
  const { over } = await stallThreads(3_000);
  await Promise.all([inbox.put(newItem()), over]);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(troubles).toEqual([expect.stringContaining('nothing was begun by it')]);
});

test('a worker does not take from itself what it could not renew while the disk hung', async () => {
  // There is always a claim on its way, and before the first renewal.
  const inbox = openInbox({ pollInterval: 10 });
  await inbox.put(newItem());
  const items: InboxItem[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const worker = inbox.work({
    concurrency: 2,
    lease: 3_000,
    process: async (item) => {
      items.push(item);
      await ended;
      return { kind: 'done' };
    },
    onTrouble: () => {},
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  await expect.poll(() => items.length).toBe(1);
  const { over } = await stallThreads(8_000);
  await over;
  // What was asked for meanwhile is done.
  await inbox.put(newItem());
  await expect.poll(() => items.length).toBe(2);
  end();
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(new Set(items.map(({ key }) => key)).size).toBe(2);
  expect(items).toHaveLength(2);
});

test('an answer that is there counts, and one that could not be asked for, when the event loop stood still', async () => {
  const inbox = openInbox();
  await inbox.ready();
  const sent = codeOf(inbox.put(newItem()));
  await new Promise((resolve) => setImmediate(resolve));
  standStill(6_000);
  expect(await sent).toBe('fulfilled');
  const unsent = codeOf(inbox.put(newItem()));
  standStill(6_000);
  expect(await unsent).toBe('fulfilled');
});

test('no more is asked of a disk that hangs than fits into the memory', async () => {
  const inbox = openInbox();
  await inbox.ready();
  const { over } = await stallThreads(10_000);
  const items = Array.from({ length: 1_200 }, () => newItem());
  const codes = await Promise.all(items.map((item) => codeOf(inbox.put(item))));
  expect(new Set(codes)).toEqual(new Set(['inbox-unreachable']));
  const started = performance.now();
  const late = newItem();
  await expect(inbox.put(late)).rejects.toMatchObject({
    code: 'inbox-unreachable',
    message: expect.stringContaining('asked for nothing more until it does'),
  });
  // Without waiting for an answer.
  expect(performance.now() - started).toBeLessThan(2_000);
  await over;
  await expect.poll(() => codeOf(inbox.put(late))).toBe('fulfilled');
  // What was given up was done all the same.
  expect(await Promise.all(items.map((item) => inbox.put(item)))).toEqual(items.map(() => 'duplicate'));
});

test('a pause that nobody waits for any more holds up nothing', async () => {
  const file = temporaryFile();
  const client = new StoreClient({ role: 'writer', file, durable: false });
  onTestFinished(() => client.close());
  await client.request('open');
  const stalled: { readonly over: Promise<unknown> }[] = [];
  const insist = client.insist.bind(client);
  // From the moment on at which the last of three transactions asks for its pause.
  let asked = 0;
  client.insist = async (...order) => {
    if (++asked === 3) stalled.push(await stallThreads(10_000));
    await expect.poll(() => stalled.length).toBe(1);
    return insist(...order);
  };
  const codes = Array.from({ length: 3 }, () => codeOf(new Transactor(client, file).run(() => {})));
  expect(await Promise.all(codes)).toEqual(codes.map(() => 'inbox-unreachable'));
  await stalled[0]?.over;
  const started = performance.now();
  await client.request('retry', 'none');
  // Each would last for two seconds.
  expect(performance.now() - started).toBeLessThan(4_000);
});
