import { memoryInbox } from '@fic-webhooks/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  FicWebhooksError,
  type FicWebhooksErrorCode,
  type Inbox,
  type InboxWork,
  type InboxWorker,
} from '../../src/index.js';
import { freeClock, letRun, moveClock, stopClock } from '../idempotency/moved-clock.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { codeOf, createInboxReceiver, type InboxReceiver } from './inbox-receiver.js';

const never = () => new Promise<never>(() => {});
const notDurable = new FicWebhooksError('inbox-not-durable', 'appendonly is no. Set it to yes.');
const unreachable = new FicWebhooksError('inbox-unreachable', 'Nobody listens there.');

async function workerOf({ receiver }: InboxReceiver): Promise<string | undefined> {
  return (await receiver.health()).inbox?.worker;
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the start of the worker', () => {
  test('is after the turn in which the handlers are registered, and once', async () => {
    const works: InboxWork[] = [];
    const names: string[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: { concurrency: 3, lease: 1_234 },
      faults: {
        work: (work) => {
          works.push(work);
          return made.inbox.work(work);
        },
      },
    });
    for (const name of ['a', 'b', 'c']) made.receiver.on('*', () => names.push(name), { name });
    expect(works).toEqual([]);
    await made.send();
    await expect.poll(() => names).toEqual(['a', 'b', 'c']);
    await made.receiver.work();
    made.receiver.on('*', () => {}, { name: 'later' });
    await expect.poll(() => workerOf(made)).toBe('running');
    expect(works).toHaveLength(1);
    expect(works[0]).toMatchObject({ concurrency: 3, lease: 1_234 });
  });

  test('does not come without handlers: what is stored waits for another process', async () => {
    const made = createInboxReceiver();
    await made.send();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await made.receiver.health()).toMatchObject({ inbox: { worker: 'stopped', waiting: 1 } });
    // …unless it is asked for.
    await made.receiver.work();
    await expect.poll(() => made.inbox.health()).toMatchObject({ waiting: 0, deadLetters: 1 });
  });

  test('with worker: false it comes with work() alone, which resolves once it works', async () => {
    const handled: unknown[] = [];
    const made = createInboxReceiver({ worker: false, handlers: { '*': ({ ids }) => handled.push(ids) } });
    await made.send({ event: { ids: [1] } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await workerOf(made)).toBe('stopped');
    expect(handled).toEqual([]);
    await Promise.all([made.receiver.work(), made.receiver.work()]);
    expect(await workerOf(made)).toBe('running');
    await expect.poll(() => handled).toEqual([[1]]);
  });

  test('from the registration on it is starting, so that nobody takes the process for one without a worker', async () => {
    const made = createInboxReceiver({ handlers: { '*': () => {} }, faults: { ready: never } });
    made.receiver.health().catch(() => {});
    // Its store hangs: the figures are given up after two seconds.
    expect(await made.receiver.health()).toMatchObject({
      ready: false,
      inbox: { worker: 'starting', error: 'inbox-unreachable' },
    });
  });

  test('two handlers of one pattern must have names', () => {
    const { receiver } = createInboxReceiver({ handlers: { '*': () => {} } });
    expect(() => receiver.on('*', () => {})).toThrow(
      expect.objectContaining({ code: 'handler-duplicate', message: expect.stringContaining('{ name:') }),
    );
    receiver.on('*', () => {}, { name: 'other' });
    expect(() => receiver.on('products.*', () => {}, { name: 'other' })).toThrow("'other'");
  });
});

describe('a store that is refused at its check', () => {
  const refusal = { ready: () => Promise.reject(notDurable), put: () => Promise.reject(notDurable) };

  test('makes ready() and work() reject with its error, and every answer 503', async () => {
    const made = createInboxReceiver({ worker: false, faults: refusal });
    expect(await errorOf(made.receiver.ready())).toBe(notDurable);
    expect(await errorOf(made.receiver.work())).toBe(notDurable);
    const answer = await made.send();
    expect([answer.status, codeOf(answer)]).toEqual([503, 'inbox-unavailable']);
    expect(made.lines.join()).toContain('appendonly is no. Set it to yes.');
    expect(await made.receiver.health()).toEqual({
      ready: false,
      inFlight: 0,
      inbox: { worker: 'stopped', error: 'inbox-not-durable', message: notDurable.message },
    });
  });

  test('where nobody waits for it: an alert, and no unhandled rejection', async () => {
    const made = createInboxReceiver({ handlers: { '*': () => {} }, faults: refusal });
    await expect.poll(() => made.alerts.map(({ code }) => code)).toEqual(['worker-failed']);
    expect(made.alerts[0]?.message).toContain(notDurable.message);
    expect(await workerOf(made)).toBe('stopped');
  });

  test('and mended is found to be good by the next who asks', async () => {
    let bad = true;
    const made = createInboxReceiver({
      worker: false,
      faults: { ready: async () => (bad ? Promise.reject(notDurable) : undefined) },
    });
    expect(await errorOf(made.receiver.work())).toBe(notDurable);
    bad = false;
    expect((await made.receiver.health()).ready).toBe(true);
    await made.receiver.work();
    expect(await workerOf(made)).toBe('running');
  });

  test.each([
    [
      'throws',
      () => {
        throw notDurable;
      },
    ],
    ['rejects with what is no error', () => Promise.reject('broken')],
  ])('a check that %s', async (_, ready) => {
    const { receiver } = createInboxReceiver({ faults: { ready } });
    expect(await errorOf(receiver.ready())).toBeDefined();
    expect(await receiver.health()).toMatchObject({ ready: false, inbox: { message: expect.any(String) } });
  });

  test('a worker that cannot be made is a failed start, too', async () => {
    const { receiver } = createInboxReceiver({
      worker: false,
      faults: {
        work: () => {
          throw new Error('no thread');
        },
      },
    });
    expect(await errorOf(receiver.work())).toMatchObject({ message: 'no thread' });
  });
});

describe('by a clock of the test', () => {
  beforeEach(stopClock);
  afterEach(freeClock);

  test('a worker that could not start is tried again after a minute, without a restart', async () => {
    let bad = true;
    const made = createInboxReceiver({
      handlers: { '*': () => {} },
      faults: { ready: async () => (bad ? Promise.reject(notDurable) : undefined) },
    });
    await moveClock(1);
    expect(made.alerts.map(({ code }) => code)).toEqual(['worker-failed']);
    await moveClock(59_000);
    expect(await workerOf(made)).toBe('stopped');
    bad = false;
    await moveClock(1_100);
    expect(await workerOf(made)).toBe('running');
  });

  test('closed before it was up is no failure, and starts nothing', async () => {
    let check: () => void = () => {};
    let works = 0;
    const made: InboxReceiver = createInboxReceiver({
      handlers: { '*': () => {} },
      faults: {
        ready: () =>
          new Promise((resolve) => {
            check = resolve;
          }),
        work: (work) => {
          works++;
          return made.inbox.work(work);
        },
      },
    });
    await moveClock(1);
    const closing = made.receiver.close();
    check();
    await closing;
    await letRun();
    await moveClock(120_000);
    expect(made.alerts).toEqual([]);
    expect(works).toBe(0);
  });

  test('closed in the turn of the registration, the worker never starts', async () => {
    let works = 0;
    const made: InboxReceiver = createInboxReceiver({
      handlers: { '*': () => {} },
      faults: {
        work: (work) => {
          works++;
          return made.inbox.work(work);
        },
      },
    });
    await made.receiver.close();
    await moveClock(1_000);
    expect(made.alerts).toEqual([]);
    expect(works).toBe(0);
  });

  test('close() ends at its deadline, whatever hangs', async () => {
    const stops: number[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        put: never,
        close: never,
        work: () => ({
          stop: ({ deadline }) => {
            stops.push(deadline);
            return never();
          },
        }),
      },
    });
    await made.receiver.work();
    void made.send();
    let closed = false;
    const closing = made.receiver.close({ deadline: 10_000 }).then(() => {
      closed = true;
    });
    // What the release of unfinished work may take is kept back.
    expect(stops).toEqual([9_000]);
    await moveClock(9_990);
    expect(closed).toBe(false);
    await moveClock(20);
    await closing;
  });

  test('close() has 20 seconds by default', async () => {
    const stops: number[] = [];
    const { receiver } = createInboxReceiver({
      worker: false,
      faults: { work: () => ({ stop: async ({ deadline }) => void stops.push(deadline) }) },
    });
    await receiver.work();
    await receiver.close();
    expect(stops).toEqual([19_000]);
  });
});

describe('events that grow old', () => {
  beforeEach(() => {
    stopClock();
    // The intervals, too.
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(freeClock);

  test.each([
    [5 * 60_000 - 1, []],
    [5 * 60_000 + 1, ['inbox-stale']],
  ])('waiting for %i ms: %j', async (oldestDue, codes) => {
    const made = createInboxReceiver({
      worker: false,
      faults: { health: async () => ({ waiting: 12, oldestDue, deadLetters: 0 }) },
    });
    await made.send();
    await moveClock(59_000);
    expect(made.alerts).toEqual([]);
    await moveClock(2_000);
    expect(made.alerts.map(({ code }) => code)).toEqual(codes);
    if (codes.length > 0) {
      expect(made.alerts[0]?.message).toContain('12 wait, one of them since 5 minutes');
      expect(made.alerts[0]?.message).toContain('worker of this process: stopped');
    }
    await made.receiver.close();
    await moveClock(300_000);
    expect(made.alerts).toHaveLength(codes.length);
  });

  test('are not told of while the figures cannot be had, unless that lasts', async () => {
    const made = createInboxReceiver({
      worker: false,
      faults: { health: () => Promise.reject(new Error('away')) },
    });
    await made.send();
    await moveClock(240_000);
    expect(made.alerts).toEqual([]);
    await moveClock(360_000);
    expect(made.alerts.map(({ code }) => code)).toEqual(['inbox-stale']);
    expect(made.alerts[0]?.message).toContain('could not be found out 5 times in a row: away');
  });
});

describe('health()', () => {
  test('gives the figures, and is ready once the store was found to be good', async () => {
    const made = createInboxReceiver({ worker: false });
    expect(await made.receiver.health()).toEqual({
      ready: true,
      inFlight: 0,
      inbox: { waiting: 0, oldestDue: 0, deadLetters: 0, worker: 'stopped' },
    });
    await made.send();
    await made.send({ body: '{' });
    expect(await made.receiver.health()).toMatchObject({ inbox: { waiting: 1, deadLetters: 1 } });
  });

  test('a store that goes away later does not make it unready, and its error is told', async () => {
    const made = createInboxReceiver({
      worker: false,
      faults: { health: () => Promise.reject(new FicWebhooksError('inbox-locked', 'Locked by 17.')) },
    });
    expect(await made.receiver.health()).toEqual({
      ready: true,
      inFlight: 0,
      inbox: { worker: 'stopped', error: 'inbox-locked', message: 'Locked by 17.' },
    });
  });

  test.each<[string, Inbox['health']]>([
    ['rejects with what has no code', () => Promise.reject(new Error('odd'))],
    [
      'throws',
      () => {
        throw new Error('odd');
      },
    ],
  ])('a store that %s', async (_, health) => {
    const { receiver } = createInboxReceiver({ worker: false, faults: { health } });
    expect(await receiver.health()).toMatchObject({
      ready: true,
      inbox: { error: 'unknown', message: 'odd' },
    });
  });

  test('a store that was away at its check and is refused when it comes up is not ready until it gives figures', async () => {
    let store: Error | undefined = unreachable;
    const meet = async <T>(work: () => Promise<T>) => (store === undefined ? work() : Promise.reject(store));
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        ready: async () => (store === notDurable ? Promise.reject(store) : undefined),
        put: (item) => meet(() => made.inbox.put(item)),
        health: () => meet(() => made.inbox.health()),
      },
    });
    const { receiver } = made;
    const isReady = async () => (await receiver.health()).ready;
    await receiver.ready();
    expect(await isReady()).toBe(true);

    store = notDurable;
    expect((await made.send()).status).toBe(503);
    expect(await receiver.health()).toMatchObject({ ready: false, inbox: { error: 'inbox-not-durable' } });
    expect(await errorOf(receiver.ready())).toBe(notDurable);
    expect(await errorOf(receiver.work())).toBe(notDurable);

    // That it is away again says nothing of its settings.
    store = unreachable;
    await receiver.ready();
    expect(await receiver.health()).toMatchObject({ ready: false, inbox: { error: 'inbox-unreachable' } });

    store = undefined;
    expect((await made.send()).status).toBe(202);
    expect(await receiver.health()).toMatchObject({ ready: true, inbox: { waiting: 1 } });
    store = unreachable;
    expect(await isReady()).toBe(true);
  });

  test.each<FicWebhooksErrorCode>([
    'inbox-not-durable',
    'inbox-closed',
    'inbox-corrupt',
    'inbox-schema-newer',
    'option-invalid',
    'module-missing',
  ])('a store that was checked once, and later says %s, is not ready meanwhile', async (error) => {
    let refuses = false;
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        health: () =>
          refuses ? Promise.reject(new FicWebhooksError(error, 'Mend it.')) : made.inbox.health(),
      },
    });
    const isReady = async () => (await made.receiver.health()).ready;
    expect(await isReady()).toBe(true);
    refuses = true;
    expect(await made.receiver.health()).toMatchObject({ ready: false, inbox: { error } });
    refuses = false;
    expect(await isReady()).toBe(true);
  });

  test('a store that hangs is given up after two seconds', async () => {
    const { receiver } = createInboxReceiver({ worker: false, faults: { health: never } });
    const started = performance.now();
    expect(await receiver.health()).toMatchObject({ ready: true, inbox: { error: 'inbox-unreachable' } });
    expect(performance.now() - started).toBeGreaterThan(1_900);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('without an inbox there is none', async () => {
    const { receiver } = createRecordingReceiver();
    expect(await receiver.health()).toEqual({ ready: true, inFlight: 0 });
    await receiver.ready();
  });
});

describe('close()', () => {
  test('what is in flight finishes, what begins later is told to come again', async () => {
    let store: () => void = () => {};
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        put: async (item) => {
          await new Promise<void>((resolve) => {
            store = resolve;
          });
          return made.inbox.put(item);
        },
      },
    });
    const first = made.send();
    await expect.poll(async () => (await made.receiver.health()).inFlight).toBe(1);
    await expect.poll(() => store.length).toBe(1);
    let closed = false;
    const closing = made.receiver.close().then(() => {
      closed = true;
    });
    const late = await made.send();
    expect([late.status, codeOf(late), late.headers['retry-after']]).toEqual([503, 'closing', '10']);
    expect((await made.receiver.health()).ready).toBe(false);
    expect(closed).toBe(false);
    store();
    expect((await first).status).toBe(202);
    await closing;
  });

  test('lets a handler finish, claims nothing more, and closes the inbox after it', async () => {
    const order: string[] = [];
    let finish: () => void = () => {};
    const made: InboxReceiver = createInboxReceiver({
      worker: { concurrency: 1 },
      handlers: {
        '*': async ({ ids: [id] }) => {
          order.push(`start ${id}`);
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          order.push(`end ${id}`);
        },
      },
      faults: {
        close: async () => {
          order.push(`close ${JSON.stringify(await made.inbox.health())}`);
        },
      },
    });
    await made.send({ event: { ids: [1] } });
    await made.send({ event: { ids: [2] } });
    await expect.poll(() => order).toEqual(['start 1']);
    const closing = made.receiver.close();
    setTimeout(() => finish(), 20);
    await closing;
    expect(order).toEqual([
      'start 1',
      'end 1',
      expect.stringMatching(/^close {"waiting":1,"oldestDue":[\d.]+,"deadLetters":0}$/),
    ]);
    expect(await made.receiver.health()).toMatchObject({ ready: false, inbox: { worker: 'stopped' } });
  });

  test('at the deadline releases the rest: another process handles it, as the same attempt', async () => {
    const signals: AbortSignal[] = [];
    const inbox = memoryInbox();
    // The store outlives the process.
    const first = createInboxReceiver({
      shared: inbox,
      faults: { close: async () => {} },
      handlers: {
        '*': (_, { signal }) => {
          signals.push(signal);
          return never();
        },
      },
    });
    await first.send();
    await expect.poll(() => signals).toHaveLength(1);
    await first.receiver.close({ deadline: 100 });
    expect(signals[0]?.aborted).toBe(true);
    const seen: unknown[] = [];
    const second = createInboxReceiver({
      shared: inbox,
      handlers: { '*': (_, { attempt }) => seen.push(attempt) },
    });
    await expect.poll(() => seen).toEqual([1]);
    await expect.poll(() => inbox.health()).toMatchObject({ waiting: 0, deadLetters: 0 });
    expect(second.errors).toEqual([]);
  });

  test.each([
    ['Infinity', Number.POSITIVE_INFINITY],
    ['more than a timer takes', 2 ** 33],
    ['no number', Number.NaN],
  ])('a deadline of %s does not end it at once', async (_, deadline) => {
    let finish = () => {};
    let begun = false;
    let closed = false;
    const made = createInboxReceiver({
      handlers: {
        '*': async () => {
          begun = true;
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
        },
      },
    });
    await made.send();
    await expect.poll(() => begun).toBe(true);
    const closing = made.receiver.close({ deadline }).then(() => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(closed).toBe(false);
    finish();
    await closing;
  });

  test('a second close is the first one', async () => {
    const calls: string[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: false,
      faults: {
        work: () => ({ stop: async () => void calls.push('stop') }),
        close: async () => void calls.push('close'),
      },
    });
    await made.receiver.work();
    await Promise.all([made.receiver.close(), made.receiver.close({ deadline: 1 })]);
    await made.receiver.close();
    expect(calls).toEqual(['stop', 'close']);
  });

  test.each<[string, InboxWorker['stop']]>([
    ['rejects', () => Promise.reject(new Error('odd'))],
    [
      'throws',
      () => {
        throw new Error('odd');
      },
    ],
  ])('a worker whose stop() %s does not keep the inbox open', async (_, stop) => {
    let closed = 0;
    const { receiver, alerts } = createInboxReceiver({
      worker: false,
      faults: { work: () => ({ stop }), close: async () => void closed++ },
    });
    await receiver.work();
    await receiver.close();
    expect(closed).toBe(1);
    expect(alerts.map(({ code }) => code)).toEqual(['worker-trouble']);
  });

  test.each([[false], [true]])('after it work() is refused; it worked before: %s', async (before) => {
    const { receiver } = createInboxReceiver({ worker: false });
    if (before) await receiver.work();
    await receiver.close();
    expect(await errorOf(receiver.work())).toMatchObject({ code: 'inbox-closed' });
  });

  test('what the store says at its end is told to who closes', async () => {
    const inbox = { ...memoryInbox(), close: () => Promise.reject(new Error('busy')) };
    const { receiver } = createRecordingReceiver({ inbox, worker: false });
    expect(await errorOf(receiver.close())).toMatchObject({ message: 'busy' });
  });
});

test('trouble of the worker is an alert, and nothing more', async () => {
  const made: InboxReceiver = createInboxReceiver({
    worker: false,
    faults: {
      work: (work) => {
        work.onTrouble(new Error('The store is away.'));
        return made.inbox.work(work);
      },
    },
  });
  await made.receiver.work();
  expect(made.alerts).toMatchObject([{ code: 'worker-trouble', detail: 'The store is away.' }]);
});
