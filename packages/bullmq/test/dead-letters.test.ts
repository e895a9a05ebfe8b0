import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DeadLetter,
  DeadLetterQuery,
  DeadLetterReason,
  Inbox,
  InboxPayload,
  NewInboxItem,
} from '@fic-webhooks/core';
import { expect } from 'vitest';
import { backEnds } from './support/back-ends.js';
import { expectFailure, newItem, openInbox } from './support/open-inbox.js';
import { startProxy } from './support/start-proxy.js';

function payloadOf(size: number): InboxPayload {
  const claims = {
    issuer: 'https://example.com',
    subject: undefined,
    tokenId: undefined,
    applicationId: undefined,
    expiresAt: 1,
  };
  return { kind: 'raw', headers: [], body: 'A'.repeat(size), claims };
}

/** Makes a dead letter for each reason, whose payload has so many bytes. In the order in which they are listed. */
async function buryEach(
  inbox: Inbox,
  reasons: readonly DeadLetterReason[],
  size = 10,
): Promise<readonly NewInboxItem[]> {
  const payload = payloadOf(size);
  const items: NewInboxItem[] = [];
  for (const reason of reasons) {
    const item = newItem({ payload });
    // A busy disk may take longer over a big one than an inbox waits.
    const buried = () => inbox.bury({ ...item, reason, error: 'x' }).then(() => 'buried', String);
    await expect.poll(buried).toBe('buried');
    items.push(item);
    // Those of one millisecond come in the order of their keys.
    await sleep(2);
  }
  return items;
}

const keysOf = (letters: readonly Pick<DeadLetter, 'key'>[]) => letters.map(({ key }) => key);

for (const { name, test, start } of backEnds) {
  test(`${name}: events are stored while big letters are listed`, { timeout: 60_000 }, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const size = 1_000_000;
    const items = await buryEach(inbox, Array<DeadLetterReason>(40).fill('unreadable'), size);
    const [retried, discarded] = items.slice(-2) as [NewInboxItem, NewInboxItem];

    let listing = true;
    // A failure is looked at when everything has ended.
    const listed = Promise.allSettled([inbox.deadLetters.list()]).finally(() => {
      listing = false;
    });
    // Dealt with while those before them are being read.
    const dealtWith = Promise.allSettled([
      inbox.deadLetters.retry(retried.key),
      inbox.deadLetters.discard(discarded.key),
    ]);
    const puts: Promise<string>[] = [];
    while (listing) {
      puts.push(inbox.put(newItem()).catch(String));
      await sleep(50);
    }

    const [list] = await listed;
    if (list.status === 'rejected') throw list.reason;
    const letters = list.value;
    expect(keysOf(letters)).toEqual(keysOf(items.slice(0, -2)));
    expect(letters[0]?.payload).toMatchObject({ body: 'A'.repeat(size) });
    expect(await dealtWith).toMatchObject([{ value: true }, { value: true }]);
    expect(new Set(await Promise.all(puts))).toEqual(new Set(['stored']));
    expect(puts.length).toBeGreaterThan(1);
  });

  test(`${name}: a letter whose payload is damaged is listed as such, beside the others`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const payload = { kind: 'encoded', json: Buffer.from('{"kind":').toString('base64') };
    const damaged = newItem({ payload: payload as unknown as InboxPayload });
    await inbox.bury({ ...damaged, reason: 'unreadable', error: 'x' });
    await sleep(2);
    const [whole] = await buryEach(inbox, ['conflict']);
    const letters = await inbox.deadLetters.list();
    expect(keysOf(letters)).toEqual([damaged.key, whole?.key]);
    expect(letters[0]?.payload).toEqual({ kind: 'damaged', text: '{"kind":' });
    expect(await inbox.deadLetters.discard(damaged.key)).toBe(true);
  });

  test(`${name}: no more letters are read than are asked for`, async () => {
    const server = await start();
    const proxy = await startProxy(server.port);
    const inbox = openInbox({ connection: server.url.replace(`:${server.port}`, `:${proxy.port}`) });
    const size = 100_000;
    const reasons = Array.from({ length: 12 }, (_, index) => (index % 5 === 1 ? 'conflict' : 'unreadable'));
    const items = await buryEach(inbox, reasons as DeadLetterReason[], size);
    const expectRead = async (query: DeadLetterQuery, wanted: readonly NewInboxItem[]) => {
      const before = proxy.received();
      expect(keysOf(await inbox.deadLetters.list(query))).toEqual(keysOf(wanted));
      expect((proxy.received() - before) / size).toBeLessThan(wanted.length + 0.5);
    };
    await expectRead({ limit: 1 }, items.slice(0, 1));
    await expectRead({ limit: 6 }, items.slice(0, 6));
    await expectRead({ limit: 2, after: items[5]?.key ?? '' }, items.slice(6, 8));
    const conflicts = items.filter((_, index) => reasons[index] === 'conflict');
    await expectRead({ reason: 'conflict' }, conflicts);
    await expectRead({ reason: 'conflict', limit: 1 }, conflicts.slice(0, 1));
    await expectRead({ reason: 'attempts' }, []);
  });

  test(`${name}: letters of a reason are found behind many others, and the others after them`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const [first] = await buryEach(inbox, ['conflict']);
    const others = Array.from({ length: 105 }, () => newItem());
    await Promise.all(others.map((item) => inbox.bury({ ...item, reason: 'unreadable', error: 'x' })));
    await sleep(2);
    const [last] = await buryEach(inbox, ['conflict']);
    await buryEach(inbox, ['unreadable']);
    expect(keysOf(await inbox.deadLetters.list({ reason: 'conflict' }))).toEqual([first?.key, last?.key]);
    expect(await inbox.deadLetters.list({ after: last?.key ?? '' })).toHaveLength(1);
    expect(await inbox.deadLetters.list({ after: first?.key ?? '', limit: 1_000 })).toHaveLength(107);
  });

  test(`${name}: a reason that there is not is refused`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    await buryEach(inbox, ['crash-loop']);
    for (const reason of [true, 'nonsense', '__proto__', '', null]) {
      const query = { reason } as unknown as DeadLetterQuery;
      const failure = await expectFailure(() => inbox.deadLetters.list(query), { code: 'option-invalid' });
      expect(failure).toMatchObject({ name: 'InvalidOptionError', option: 'reason' });
      expect(failure.message).toContain("'crash-loop'");
    }
    expect(await inbox.deadLetters.list({ reason: 'crash-loop' })).toHaveLength(1);
  });

  test(`${name}: a letter whose key need not be remembered is buried and discarded`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const item = newItem({ retention: 0 });
    await inbox.bury({ ...item, reason: 'unreadable', error: 'x' });
    expect(keysOf(await inbox.deadLetters.list())).toEqual([item.key]);
    expect(await inbox.deadLetters.discard(item.key)).toBe(true);
    expect(await inbox.deadLetters.list()).toEqual([]);
  });
}
