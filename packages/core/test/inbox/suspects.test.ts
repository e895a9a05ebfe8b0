import { expect, test } from 'vitest';
import type { InboxWork, NewInboxItem, Verdict } from '../../src/index.js';
import { createInboxReceiver } from './inbox-receiver.js';

const worker = { crashes: 5, firstDelay: 70, longestDelay: 70 };

/** A receiver whose inbox hands over what the test says, and the ids of the events that are being handled. */
async function receive() {
  const handling = new Set<string>();
  const gates = new Map<string, () => void>();
  const stored: NewInboxItem[] = [];
  let work: InboxWork | undefined;
  const { receiver, send } = createInboxReceiver({
    worker,
    faults: {
      put: async (item) => {
        stored.push(item);
        return 'stored';
      },
      work: (given) => {
        work = given;
        return { stop: async () => {} };
      },
    },
    handlers: {
      '*': async ({ id }) => {
        handling.add(id);
        await new Promise<void>((resolve) => gates.set(id, resolve));
        handling.delete(id);
      },
    },
  });
  await receiver.work();
  /** Gives an event to the worker, as one that was there so often when the process died. */
  const take = async (id: string, crashes: number): Promise<Verdict> => {
    await send({ event: { id } });
    const item = stored.find(({ payload }) => payload.kind === 'event' && payload.event.id === id);
    return (work as InboxWork).process({
      ...(item as NewInboxItem),
      attempt: 1,
      crashes,
      handled: [],
      token: 'token',
      signal: new AbortController().signal,
      markHandled: async () => true,
    });
  };
  return { take, handling, end: (id: string) => gates.get(id)?.() };
}

test('of the events that were there when the process died too often, one is handled at a time', async () => {
  const { take, handling, end } = await receive();
  const first = take('first', 3);
  await expect.poll(() => [...handling]).toEqual(['first']);
  expect(await take('second', 3)).toEqual({ kind: 'postpone', after: worker.firstDelay });
  expect(await take('third', 4)).toEqual({ kind: 'postpone', after: worker.firstDelay });
  expect([...handling]).toEqual(['first']);
  end('first');
  expect(await first).toEqual({ kind: 'done' });

  const second = take('second again', 3);
  await expect.poll(() => [...handling]).toEqual(['second again']);
  end('second again');
  expect(await second).toEqual({ kind: 'done' });
});

test('a suspect is not handled before those that were claimed with it could be put back', async () => {
  const { take, handling, end } = await receive();
  const verdicts = [take('one', 3), take('other', 3)];
  const [early] = await Promise.all([
    Promise.race(verdicts).then((verdict) => ({ verdict, size: handling.size })),
  ]);
  expect(early).toEqual({ verdict: { kind: 'postpone', after: worker.firstDelay }, size: 0 });
  await expect.poll(() => handling.size).toBe(1);
  for (const id of [...handling]) end(id);
  expect((await Promise.all(verdicts)).map(({ kind }) => kind).sort()).toEqual(['done', 'postpone']);
});

test('an event that was there once or twice waits for nobody, and nobody waits for it', async () => {
  const { take, handling, end } = await receive();
  const verdicts = [take('suspect', 3), take('none', 0), take('once', 1), take('twice', 2)];
  await expect.poll(() => [...handling].sort()).toEqual(['none', 'once', 'suspect', 'twice']);
  for (const id of ['suspect', 'none', 'once', 'twice']) end(id);
  expect(await Promise.all(verdicts)).toEqual(verdicts.map(() => ({ kind: 'done' })));
});

test('a suspect that has died too often is a dead letter at once, whoever is being handled', async () => {
  const { take, handling, end } = await receive();
  const first = take('first', 4);
  await expect.poll(() => handling.size).toBe(1);
  expect(await take('second', 5)).toMatchObject({ kind: 'bury', reason: 'crash-loop' });
  end('first');
  await first;
});
