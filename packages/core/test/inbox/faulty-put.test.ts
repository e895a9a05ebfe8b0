import { randomUUID } from 'node:crypto';
import type { MemoryInbox } from '@fic-webhooks/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inbox, NewInboxItem, PutResult, ReceiverResponse } from '../../src/index.js';
import { freeClock, moveClock, stopClock, until } from '../idempotency/moved-clock.js';
import { binaryRequest } from '../support/requests.js';
import { codeOf, createInboxReceiver, type InboxReceiver } from './inbox-receiver.js';

/** Notes when a promise has come to its end. */
function watch<T>(promise: Promise<T>): { result?: T } {
  const watched: { result?: T } = {};
  void promise.then((result) => {
    watched.result = result;
  });
  return watched;
}

/** A put that the test ends. */
function createHeldPut(inboxOf: () => MemoryInbox) {
  const held: { item: NewInboxItem; store: () => void; fail: (error: Error) => void }[] = [];
  const put: Inbox['put'] = (item) =>
    new Promise<PutResult>((resolve, reject) => {
      held.push({ item, store: () => resolve(inboxOf().put(item)), fail: reject });
    });
  return { held, put };
}

function summarize(answer: ReceiverResponse | undefined): unknown {
  return answer && [answer.status, codeOf(answer), answer.headers['retry-after']];
}

const slow = [503, 'inbox-slow', '10'];
const unavailable = [503, 'inbox-unavailable', '10'];

describe('by a clock of the test', () => {
  beforeEach(stopClock);
  afterEach(freeClock);

  function createHeld(options: { answerWithin?: number } = {}) {
    const { held, put } = createHeldPut(() => made.inbox);
    const made: InboxReceiver = createInboxReceiver({ worker: false, faults: { put }, ...options });
    return { ...made, held };
  }

  test('a put that hangs is answered 503 after 1.5 seconds, and not before', async () => {
    const { send, held, alerts } = createHeld();
    const sent = watch(send());
    await until(() => held.length === 1);
    await moveClock(1_490);
    expect(sent.result).toBeUndefined();
    await moveClock(20);
    expect(summarize(sent.result)).toEqual(slow);
    expect(alerts.map(({ code }) => code)).toEqual(['inbox-slow']);
  });

  test('a late success makes the retry a duplicate; nothing is stored twice', async () => {
    const { receiver, inbox, send, held } = createHeld();
    const event = { id: `198:${randomUUID()}` };
    const first = watch(send({ event }));
    await until(() => held.length === 1);
    await moveClock(1_500);
    expect(summarize(first.result)).toEqual(slow);
    held[0]?.store();
    await until(() => first.result !== undefined);

    const second = watch(send({ event }));
    await until(() => held.length === 2);
    held[1]?.store();
    await until(() => second.result !== undefined);
    expect(second.result?.status).toBe(202);
    expect((await inbox.health()).waiting).toBe(1);
    expect((await receiver.health()).inFlight).toBe(0);
  });

  test('a late failure changes nothing, and is no unhandled rejection', async () => {
    const { send, held } = createHeld();
    const first = watch(send());
    await until(() => held.length === 1);
    await moveClock(1_500);
    held[0]?.fail(new Error('too late'));
    await moveClock(0);
    expect(summarize(first.result)).toEqual(slow);
  });

  test('a late conflict is not buried behind the back of its sender: its retry is', async () => {
    const { inbox, send, held } = createHeld();
    const id = `198:${randomUUID()}`;
    const first = watch(send({ event: { id, ids: [1] } }));
    await until(() => held.length === 1);
    held[0]?.store();
    await until(() => first.result !== undefined);
    const second = watch(send({ event: { id, ids: [2] } }));
    await until(() => held.length === 2);
    await moveClock(1_500);
    expect(summarize(second.result)).toEqual(slow);
    held[1]?.store();
    await moveClock(0);
    expect(await inbox.deadLetters.list()).toEqual([]);
    const third = watch(send({ event: { id, ids: [2] } }));
    await until(() => held.length === 3);
    held[2]?.store();
    await until(() => third.result !== undefined);
    expect(third.result?.status).toBe(202);
    expect(await inbox.deadLetters.list()).toMatchObject([{ reason: 'conflict' }]);
  });

  test('the two writes of a conflict have 1.5 seconds together', async () => {
    const { held, put } = createHeldPut(() => made.inbox);
    const buried: (() => void)[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        put,
        bury: async (letter) => {
          await new Promise<void>((resolve) => buried.push(resolve));
          return made.inbox.bury(letter);
        },
      },
    });
    const id = `198:${randomUUID()}`;
    const first = watch(made.send({ event: { id, ids: [1] } }));
    await until(() => held.length === 1);
    held[0]?.store();
    await until(() => first.result !== undefined);

    const second = watch(made.send({ event: { id, ids: [2] } }));
    await until(() => held.length === 2);
    await moveClock(1_000);
    held[1]?.store();
    await until(() => buried.length === 1);
    await moveClock(490);
    expect(second.result).toBeUndefined();
    await moveClock(20);
    expect(summarize(second.result)).toEqual(slow);
    buried[0]?.();
    await moveClock(0);
    expect(await made.inbox.deadLetters.list()).toMatchObject([{ reason: 'conflict' }]);
  });

  test('the deadline of the answer comes first where it is shorter', async () => {
    const { send, held } = createHeld({ answerWithin: 200 });
    const sent = watch(send());
    await until(() => held.length === 1);
    await moveClock(210);
    expect(summarize(sent.result)).toEqual(slow);
  });

  test('what is past the deadline before it could be stored is not put at all', async () => {
    const decisions: ((decision: 'accept') => void)[] = [];
    let puts = 0;
    const made: InboxReceiver = createInboxReceiver({
      faults: {
        put: (item) => {
          puts++;
          return made.inbox.put(item);
        },
      },
      company: () => new Promise((resolve) => decisions.push(resolve)),
    });
    const sent = watch(made.send());
    await until(() => decisions.length === 1);
    await moveClock(3_100);
    expect(sent.result?.status).toBe(503);
    decisions[0]?.('accept');
    await moveClock(0);
    expect(puts).toBe(0);
    const next = watch(made.send());
    await until(() => decisions.length === 2);
    decisions[1]?.('accept');
    await until(() => next.result !== undefined);
    expect(puts).toBe(1);
  });

  test('1,024 may be on their way, those included that have been answered; then room comes back', async () => {
    const { send, held, receiver, alerts } = createHeld();
    const hanging: { result?: ReceiverResponse }[] = [];
    // In portions: no more than 256 signatures may wait.
    while (hanging.length < 1_024) {
      hanging.push(...Array.from({ length: 128 }, () => watch(send())));
      await until(() => held.length === hanging.length, `${hanging.length} puts`);
    }
    expect(summarize(await send())).toEqual([503, 'inbox-overloaded', '10']);
    await moveClock(1_500);
    expect(hanging.every(({ result }) => result?.status === 503)).toBe(true);
    expect((await receiver.health()).inFlight).toBe(0);
    // All have been answered, none has ended: their memory is still in use.
    expect(summarize(await send())).toEqual([503, 'inbox-overloaded', '10']);
    expect(held).toHaveLength(1_024);
    expect(alerts.map(({ code }) => code)).toContain('inbox-overloaded');
    held[5]?.fail(new Error('at last'));
    await moveClock(0);
    const next = watch(send());
    await until(() => held.length === 1_025);
    // As much room as was made, and no more.
    expect(summarize(await send())).toEqual([503, 'inbox-overloaded', '10']);
    held[1_024]?.store();
    await until(() => next.result !== undefined);
    expect(next.result?.status).toBe(202);
  });

  test('close() waits for a write whose request has been answered', async () => {
    const { receiver, send, held } = createHeld();
    const sent = watch(send());
    await until(() => held.length === 1);
    await moveClock(1_500);
    expect(sent.result?.status).toBe(503);
    const closing = watch(receiver.close().then(() => 'closed'));
    await moveClock(1_000);
    expect(closing.result).toBeUndefined();
    held[0]?.fail(new Error('gone'));
    await moveClock(0);
    expect(closing.result).toBe('closed');
  });

  test('the platform is told of what goes on after the answer', async () => {
    const { receiver, held } = createHeld();
    const kept: Promise<unknown>[] = [];
    const request = {
      ...(await binaryRequest()),
      waitUntil: (work: Promise<unknown>) => void kept.push(work),
    };
    const sent = watch(receiver.handle(request));
    await until(() => held.length === 1);
    expect(kept).toHaveLength(1);
    const work = watch(Promise.all(kept));
    await moveClock(1_500);
    expect(sent.result?.status).toBe(503);
    expect(work.result).toBeUndefined();
    held[0]?.store();
    await until(() => work.result !== undefined);
  });
});

describe('a put that fails', () => {
  test.each<[string, Inbox['put']]>([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('ECONNREFUSED');
      },
    ],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['gives nothing', async () => undefined as never],
    ['gives true', async () => true as never],
    ['gives another word', async () => 'STORED' as never],
    ['gives no promise', () => 'done' as never],
  ])('%s: 503, with Retry-After and an alert', async (_, put) => {
    const { send, alerts, lines, receiver } = createInboxReceiver({ faults: { put } });
    expect(summarize(await send())).toEqual(unavailable);
    expect(alerts.map(({ code }) => code)).toEqual(['inbox-unavailable']);
    expect(lines).toHaveLength(1);
    expect((await receiver.health()).inFlight).toBe(0);
  });

  test('the error is in the log and not in the answer', async () => {
    const { send, lines } = createInboxReceiver({
      faults: { put: () => Promise.reject(new Error('password of host db-7 refused')) },
    });
    const { body } = await send();
    expect(body).not.toContain('db-7');
    expect(lines[0]).toContain('db-7');
  });

  test('once, and the retry is stored: no restart is needed', async () => {
    let away = true;
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: { put: async (item) => (away ? Promise.reject(new Error('away')) : made.inbox.put(item)) },
    });
    const event = { id: `198:${randomUUID()}` };
    expect(summarize(await made.send({ event }))).toEqual(unavailable);
    away = false;
    expect((await made.send({ event })).status).toBe(202);
    expect((await made.inbox.health()).waiting).toBe(1);
  });

  test('a put that gives a result without a promise is taken at its word', async () => {
    const { send } = createInboxReceiver({ faults: { put: () => 'stored' as never } });
    expect((await send()).status).toBe(202);
  });
});

test('by the real clock: a put that hangs is answered within two seconds', async () => {
  const { send } = createInboxReceiver({ faults: { put: () => new Promise(() => {}) } });
  const started = performance.now();
  expect(summarize(await send())).toEqual(slow);
  const took = performance.now() - started;
  expect(took).toBeGreaterThan(1_400);
  // Two seconds, and what a busy machine may add.
  expect(took).toBeLessThan(4_000);
});
