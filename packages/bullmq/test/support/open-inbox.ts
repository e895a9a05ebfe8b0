import { randomBytes } from 'node:crypto';
import type { FicEvent, Inbox, InboxItem, InboxWorker, NewInboxItem, Verdict } from '@fic-webhooks/core';
import { expect, onTestFinished } from 'vitest';
import { type BullmqInboxOptions, bullmqInbox } from '../../src/index.js';

/** An inbox that is closed at the end of the test. */
export function openInbox(options: BullmqInboxOptions): Inbox {
  const inbox = bullmqInbox(options);
  onTestFinished(() => inbox.close());
  return inbox;
}

/** An event as the receiver hands it to an inbox. */
export function newItem(changes: Partial<NewInboxItem> = {}): NewInboxItem {
  const event: unknown = {
    id: `198:${randomBytes(8).toString('hex')}`,
    type: 'it.fattureincloud.webhooks.entities.clients.create',
    name: 'entities.clients.create',
    subject: { kind: 'company', id: '108061' },
    companyId: 108061,
    ids: [1],
  };
  return {
    key: randomBytes(32).toString('hex'),
    fingerprint: 'f',
    name: 'entities.clients.create',
    payload: { kind: 'event', event: event as FicEvent },
    receivedAt: Date.now(),
    retention: 600_000,
    ...changes,
  };
}

/** A worker that remembers what it was given. */
export interface TestWorker extends InboxWorker {
  readonly items: InboxItem[];
  readonly troubles: unknown[];
}

/** Starts a worker, until the end of the test. */
export function startWorker(
  inbox: Inbox,
  process: (item: InboxItem) => Verdict | Promise<Verdict> = () => ({ kind: 'done' }),
  { concurrency = 4, lease = 15_000 }: { concurrency?: number; lease?: number } = {},
): TestWorker {
  const items: InboxItem[] = [];
  const troubles: unknown[] = [];
  const worker = inbox.work({
    concurrency,
    lease,
    process: async (item) => {
      items.push(item);
      return process(item);
    },
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => worker.stop({ deadline: 0 }));
  return { items, troubles, stop: (options) => worker.stop(options) };
}

/** Expects a coded error, within a time, and gives it. */
export async function expectFailure(
  action: () => Promise<unknown>,
  { code = 'inbox-unreachable', within = 2_000 }: { code?: string; within?: number } = {},
): Promise<Error> {
  const startedAt = performance.now();
  const error: unknown = await action().then(
    (value) => {
      throw new Error(`It was expected to fail, and gave ${JSON.stringify(value)}.`);
    },
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  expect(performance.now() - startedAt).toBeLessThan(within);
  return error as Error;
}
