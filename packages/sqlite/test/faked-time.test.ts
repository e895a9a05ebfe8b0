import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { newItem } from './support/new-item.js';
import { openInbox } from './support/open-inbox.js';

const hour = 3_600_000;

beforeEach(() => {
  vi.useRealTimers();
});

function startWorker(inbox: ReturnType<typeof openInbox>) {
  const troubles: unknown[] = [];
  const keys: string[] = [];
  const worker = inbox.work({
    concurrency: 2,
    lease: 3_000,
    process: async ({ key }) => {
      keys.push(key);
      return { kind: 'done' };
    },
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  return { keys, troubles };
}

test.each([
  ['Date alone, an hour ago', { toFake: ['Date' as const] }, -hour],
  ['Date alone, in an hour', { toFake: ['Date' as const] }, hour],
  ['everything, an hour ago', { shouldAdvanceTime: true }, -hour],
  ['everything, in an hour', { shouldAdvanceTime: true }, hour],
])('a worker handles an event while a test has faked %s', async (_, options, offset) => {
  const inbox = openInbox();
  await inbox.ready();
  vi.useFakeTimers({ ...options, now: Date.now() + offset });
  // Before the inbox is closed.
  onTestFinished(() => void vi.useRealTimers());
  const { keys, troubles } = startWorker(inbox);
  const item = newItem();
  await inbox.put(item);
  await vi.waitFor(() => expect(keys).toEqual([item.key]));
  await vi.waitFor(async () => expect((await inbox.health()).waiting).toBe(0));
  expect(troubles).toEqual([]);
});
