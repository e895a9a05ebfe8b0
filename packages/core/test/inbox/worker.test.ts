import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type FicContext,
  type FicEvent,
  type HandlerFailure,
  type Inbox,
  type InboxItem,
  type InboxWork,
  unlisted,
  type Verdict,
} from '../../src/index.js';
import { codeOf, createInboxReceiver, type InboxReceiver, quick } from './inbox-receiver.js';

/** Waits until nothing is to be worked on any more. */
async function settled({ inbox }: InboxReceiver): Promise<void> {
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
}

/** Something that a handler waits for. */
function createGate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function reasonsOf({ inbox }: InboxReceiver): Promise<string[]> {
  return (await inbox.deadLetters.list()).map(({ reason }) => reason);
}

/** Stands between an inbox and its worker. */
function between(
  inbox: () => Inbox,
  step: (item: InboxItem, process: InboxWork['process']) => Promise<Verdict>,
): Partial<Inbox> {
  return {
    work: (work) => inbox().work({ ...work, process: (item) => step(item, (given) => work.process(given)) }),
  };
}

describe('what a handler is given', () => {
  test('the event as it came, frozen, and a context', async () => {
    const seen: [FicEvent, FicContext][] = [];
    const made = createInboxReceiver({ handlers: { '*': (event, context) => seen.push([event, context]) } });
    const before = Date.now();
    await made.send({ event: { id: '198:a', subject: 'company:7', ids: [3, 5] } });
    await settled(made);
    const [event, context] = seen[0] as [FicEvent, FicContext];
    expect(event).toEqual({
      id: '198:a',
      type: 'it.fattureincloud.webhooks.entities.clients.create',
      name: 'entities.clients.create',
      resource: 'entities.clients',
      action: 'create',
      source: 'https://api-v2.fattureincloud.it',
      subject: { kind: 'company', id: '7' },
      companyId: 7,
      time: '2023-04-04T12:54:21+02:00',
      timestamp: Date.parse('2023-04-04T12:54:21+02:00'),
      ids: [3, 5],
      applicationId: 1234,
      mode: 'binary',
    });
    for (const part of [event, event.subject, event.ids]) expect(Object.isFrozen(part)).toBe(true);
    expect(context.attempt).toBe(1);
    expect(context.receivedAt).toBeGreaterThanOrEqual(before);
    expect(context.signal.aborted).toBe(false);
    expect(context.delivery).toEqual({
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      handler: '*',
      token: expect.any(String),
    });
    expect(Object.isFrozen(context.delivery)).toBe(true);
  });

  test('delivery: the key stays, the handler is named, the token is new with every claim', async () => {
    const seen: FicContext[] = [];
    const made = createInboxReceiver();
    const failTwice = (_: unknown, context: FicContext) => {
      seen.push(context);
      if (context.attempt < 3) throw new Error('not yet');
    };
    made.receiver.on('entities.*', failTwice, { name: 'first' }).on('entities.*', failTwice);
    await made.send();
    await settled(made);
    expect(seen.map(({ attempt, delivery }) => [attempt, delivery?.handler])).toEqual(
      [1, 2, 3].flatMap((attempt) => [
        [attempt, 'first'],
        [attempt, 'entities.*'],
      ]),
    );
    expect(new Set(seen.map(({ delivery }) => delivery?.key)).size).toBe(1);
    expect(new Set(seen.map(({ delivery }) => delivery?.token)).size).toBe(3);
  });

  test('each handler a context of its own', async () => {
    const seen: FicContext[] = [];
    const made = createInboxReceiver();
    for (const name of ['a', 'b']) made.receiver.on('*', (_, context) => seen.push(context), { name });
    await made.send();
    await settled(made);
    expect(seen[0]?.signal).not.toBe(seen[1]?.signal);
  });
});

describe('handlers of one event', () => {
  test('all run in their order even when one fails, and only those that failed run again', async () => {
    const runs: string[] = [];
    const made = createInboxReceiver();
    const failUntil =
      (name: string, attempts: number) =>
      (_: unknown, { attempt }: FicContext) => {
        runs.push(`${name}${attempt}`);
        if (attempt < attempts) throw new Error(`${name} fails`);
      };
    for (const [name, attempts] of [
      ['a', 1],
      ['b', 3],
      ['c', 1],
      ['d', 2],
    ] as const) {
      made.receiver.on('*', failUntil(name, attempts), { name });
    }
    await made.send();
    await settled(made);
    expect(runs).toEqual(['a1', 'b1', 'c1', 'd1', 'b2', 'd2', 'b3']);
  });

  test('synchronous, asynchronous and thenable results', async () => {
    const made = createInboxReceiver({ worker: { ...quick, attempts: 1 } });
    made.receiver
      .on('*', () => 5, { name: 'value' })
      .on('*', async () => 5, { name: 'promise' })
      // biome-ignore lint/suspicious/noThenProperty: what a query builder returns.
      .on('*', () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error('lazy')) }), {
        name: 'thenable',
      });
    await made.send();
    await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { handled: ['value', 'promise'], error: 'thenable: lazy' },
    ]);
  });

  test('a dead letter that is retried runs only what has not succeeded, with attempts anew', async () => {
    const runs: string[] = [];
    let away = true;
    const made = createInboxReceiver({ worker: { ...quick, attempts: 2 } });
    made.receiver.on('*', () => runs.push('good'), { name: 'good' });
    made.receiver.on(
      '*',
      (_, { attempt }) => {
        runs.push(`bad${attempt}`);
        if (away) throw new Error('away');
      },
      { name: 'bad' },
    );
    await made.send();
    await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { attempts: 2, crashes: 0, handled: ['good'], error: 'bad: away' },
    ]);
    away = false;
    const [letter] = await made.inbox.deadLetters.list();
    expect(await made.inbox.deadLetters.retry(letter?.key ?? '')).toBe(true);
    await settled(made);
    expect(runs).toEqual(['good', 'bad1', 'bad2', 'bad1']);
    expect(await reasonsOf(made)).toEqual([]);
  });

  test('a handler that is new runs for what waits; one that is gone is not missed', async () => {
    const runs: string[] = [];
    // Its inbox outlives it, as a file does.
    const first = createInboxReceiver({
      worker: { ...quick, attempts: 1 },
      faults: { close: async () => {} },
    });
    first.receiver.on('*', () => runs.push('old'), { name: 'old' });
    first.receiver.on('*', () => Promise.reject(new Error('away')), { name: 'gone' });
    await first.send();
    await expect.poll(() => reasonsOf(first)).toEqual(['attempts']);
    await first.receiver.close();

    const [letter] = await first.inbox.deadLetters.list();
    expect(await first.inbox.deadLetters.retry(letter?.key ?? '')).toBe(true);
    const second = createInboxReceiver({ shared: first.inbox });
    for (const name of ['old', 'new']) second.receiver.on('*', () => runs.push(name), { name });
    await settled(second);
    expect(runs).toEqual(['old', 'new']);
  });

  test('one under a new name runs again although it has succeeded; without a name a new pattern is one', async () => {
    const runs: string[] = [];
    const first = createInboxReceiver({
      worker: { ...quick, attempts: 1 },
      faults: { close: async () => {} },
    });
    const fail = () => Promise.reject(new Error('away'));
    first.receiver.on('entities.*', () => runs.push('unnamed'));
    first.receiver.on('entities.*', () => runs.push('named'), { name: 'named' });
    first.receiver.on('*', fail, { name: 'fails' });
    await first.send();
    await expect.poll(() => reasonsOf(first)).toEqual(['attempts']);
    await first.receiver.close();
    expect(runs).toEqual(['unnamed', 'named']);

    const [letter] = await first.inbox.deadLetters.list();
    expect(letter?.handled).toEqual(['entities.*', 'named']);
    await first.inbox.deadLetters.retry(letter?.key ?? '');
    const second = createInboxReceiver({ shared: first.inbox });
    second.receiver.on('entities.clients.*', () => runs.push('unnamed again'));
    second.receiver.on('entities.clients.*', () => runs.push('named again'), { name: 'named' });
    await settled(second);
    expect(runs).toEqual(['unnamed', 'named', 'unnamed again']);
  });
});

describe('attempts', () => {
  test('as many as allowed, then a dead letter with the last error, an alert, and every failure told', async () => {
    const failures: [unknown, HandlerFailure][] = [];
    let attempts = 0;
    const made = createInboxReceiver({
      worker: { ...quick, attempts: 3 },
      onError: (error, failure) => failures.push([error, failure]),
      handlers: {
        'entities.*': () => {
          throw new Error(`failure ${++attempts}`);
        },
      },
    });
    await made.send({ event: { id: '198:a' } });
    await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { attempts: 3, crashes: 0, error: 'entities.*: failure 3', payload: { event: { id: '198:a' } } },
    ]);
    expect(failures.map(([error, { event, ...rest }]) => [(error as Error).message, event.id, rest])).toEqual(
      [1, 2, 3].map((attempt) => [
        `failure ${attempt}`,
        '198:a',
        { handler: 'entities.*', attempt, where: 'worker' },
      ]),
    );
    expect(made.alerts.map(({ code }) => code)).toEqual(['dead-letter']);
    expect(made.alerts[0]?.message).toMatch(/attempts: entities\.clients\.create [0-9a-f]{64}\. .*failure 3/);
    expect(await made.inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 1 });
  });

  test('the errors of all handlers that failed stand in the dead letter, in one clean line', async () => {
    const made = createInboxReceiver({ worker: { ...quick, attempts: 1 } });
    const token = `${'a'.repeat(30)}.${'b'.repeat(30)}.${'c'.repeat(30)}`;
    made.receiver
      .on('*', () => Promise.reject(new Error(`line\n${token}`)), { name: 'a' })
      .on('*', () => Promise.reject('a text'), { name: 'b' })
      .on('*', () => Promise.reject(undefined), { name: 'c' })
      .on('*', () => Promise.reject(Object.create(null)), { name: 'd' });
    await made.send();
    await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
    const [letter] = await made.inbox.deadLetters.list();
    expect(letter?.error).toMatch(/^a: line \[token\] \| b: a text \| c: undefined \| d: something/);
  });

  test('a callback that throws or rejects changes nothing', async () => {
    const made = createInboxReceiver({
      worker: { ...quick, attempts: 2 },
      onError: () => {
        throw new Error('Sentry is away.');
      },
      onAlert: () => Promise.reject(new Error('The pager is away.')),
      logger: {
        warn: () => {
          throw new Error('The log is away.');
        },
        error: () => {
          throw new Error('The log is away.');
        },
      },
      handlers: { '*': () => Promise.reject(new Error('away')) },
    });
    await made.send();
    await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
  });

  test('a poison event never blocks the rest', async () => {
    const done: number[] = [];
    const made = createInboxReceiver({
      worker: { ...quick, concurrency: 1, attempts: 5 },
      handlers: {
        '*': ({ ids: [id] }) => {
          if (Number(id) % 10 === 0) throw new Error('poison');
          done.push(Number(id));
        },
      },
    });
    for (let id = 0; id < 40; id++) expect((await made.send({ event: { ids: [id] } })).status).toBe(202);
    await settled(made);
    expect(done).toHaveLength(36);
    expect(await reasonsOf(made)).toEqual(Array(4).fill('attempts'));
  });
});

describe('retryAfter', () => {
  test('puts the event off and costs no attempt, whether the handler returns or throws', async () => {
    const seen: number[] = [];
    const made = createInboxReceiver({
      worker: { ...quick, attempts: 2 },
      handlers: {
        '*': (_, { attempt, retryAfter }) => {
          seen.push(attempt);
          if (seen.length > 6) return;
          retryAfter(1);
          if (seen.length % 2 === 0) throw new Error('403');
        },
      },
    });
    await made.send();
    await settled(made);
    expect(seen).toEqual(Array(7).fill(1));
    expect(await reasonsOf(made)).toEqual([]);
    // The failures are told all the same.
    expect(made.errors).toHaveLength(3);
  });

  test('for as long as was asked for', async () => {
    let first = true;
    const made = createInboxReceiver({
      handlers: {
        '*': (_, { retryAfter }) => {
          if (first) retryAfter(3_600_000);
          first = false;
        },
      },
    });
    await made.send();
    await expect.poll(() => first).toBe(false);
    await expect.poll(() => made.inbox.health()).toEqual({ waiting: 1, oldestDue: 0, deadLetters: 0 });
  });

  test('of several the longest counts; handlers that have succeeded do not run again', async () => {
    const runs: string[] = [];
    const verdicts: unknown[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: { ...quick, attempts: 1 },
      faults: between(
        () => made.inbox,
        async (item, process) => {
          const verdict = await process(item);
          verdicts.push(verdict);
          return verdict.kind === 'postpone' ? { ...verdict, after: 1 } : verdict;
        },
      ),
    });
    const once = new Set<string>();
    const postponeOnce = (name: string, milliseconds: number) => (_: unknown, context: FicContext) => {
      runs.push(name);
      if (!once.has(name)) context.retryAfter(milliseconds);
      once.add(name);
    };
    made.receiver
      .on('*', postponeOnce('short', 50), { name: 'short' })
      .on('*', () => runs.push('good'), { name: 'good' })
      .on('*', postponeOnce('long', 70.2), { name: 'long' });
    await made.send();
    await settled(made);
    expect(runs).toEqual(['short', 'good', 'long', 'short', 'long']);
    expect(verdicts).toEqual([{ kind: 'postpone', after: 71 }, { kind: 'done' }]);
  });

  test.each([
    [0, 20],
    [-5, 20],
    [Number.NaN, 20],
    [Number.POSITIVE_INFINITY, 20],
    [0.2, 1],
    [1e300, 2_147_483_647],
  ])('%s becomes %s', async (asked, given) => {
    const verdicts: unknown[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: { firstDelay: 20 },
      handlers: { '*': (_, { retryAfter }) => retryAfter(asked) },
      faults: between(
        () => made.inbox,
        async (item, process) => {
          verdicts.push(await process(item));
          return { kind: 'done' };
        },
      ),
    });
    await made.send();
    await settled(made);
    expect(verdicts).toEqual([{ kind: 'postpone', after: given }]);
  });

  test('when another handler fails, the event comes later and no attempt is spent', async () => {
    const seen: number[] = [];
    const made = createInboxReceiver({ worker: { ...quick, attempts: 1 } });
    made.receiver.on('*', (_, { retryAfter }) => seen.length < 3 && retryAfter(1), { name: 'quota' });
    made.receiver.on(
      '*',
      (_, { attempt }) => {
        seen.push(attempt);
        if (seen.length < 3) throw new Error('away');
      },
      { name: 'away' },
    );
    await made.send();
    await settled(made);
    expect(seen).toEqual([1, 1, 1]);
    expect(await reasonsOf(made)).toEqual([]);
  });
});

describe('crashes', () => {
  test('cost no attempt: the event is handled again, as the same attempt', async () => {
    const gate = createGate();
    const attempts: number[] = [];
    const made = createInboxReceiver({
      worker: { ...quick, attempts: 1, crashes: 50, concurrency: 10 },
      handlers: {
        '*': async (_, { attempt }) => {
          attempts.push(attempt);
          if (attempts.length < 5) await gate.opened;
        },
      },
    });
    onTestFinished(gate.open);
    await made.send();
    for (let start = 1; start < 5; start++) {
      await expect.poll(() => attempts).toHaveLength(start);
      made.inbox.expireClaims();
    }
    await settled(made);
    expect(attempts).toEqual([1, 1, 1, 1, 1]);
    expect(await reasonsOf(made)).toEqual([]);
  });

  test('as many as allowed, then a dead letter, which starts nothing', async () => {
    const gate = createGate();
    let starts = 0;
    const made = createInboxReceiver({
      worker: { ...quick, crashes: 3, concurrency: 10 },
      handlers: {
        '*': async () => {
          starts++;
          await gate.opened;
        },
      },
    });
    onTestFinished(gate.open);
    await made.send();
    for (let start = 1; start <= 3; start++) {
      await expect.poll(() => starts).toBe(start);
      made.inbox.expireClaims();
    }
    await expect.poll(() => reasonsOf(made)).toEqual(['crash-loop']);
    expect(starts).toBe(3);
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { attempts: 0, crashes: 3, error: 'The process died 3 times while it handled this event.' },
    ]);
    expect(made.alerts.map(({ code }) => code)).toContain('dead-letter');
    // A retry counts anew.
    const [letter] = await made.inbox.deadLetters.list();
    await made.inbox.deadLetters.retry(letter?.key ?? '');
    await expect.poll(() => starts).toBe(4);
  });

  test('never block the rest', async () => {
    const gate = createGate();
    const done: number[] = [];
    const made = createInboxReceiver({
      worker: { ...quick, crashes: 2, concurrency: 3 },
      handlers: {
        '*': async ({ ids: [id] }) => {
          if (id === 0) await gate.opened;
          else done.push(Number(id));
        },
      },
    });
    onTestFinished(gate.open);
    for (let id = 0; id < 20; id++) await made.send({ event: { ids: [id] } });
    await expect.poll(() => done).toHaveLength(19);
    made.inbox.expireClaims();
    await expect.poll(async () => (await made.inbox.health()).waiting).toBe(1);
    made.inbox.expireClaims();
    await expect.poll(() => reasonsOf(made)).toEqual(['crash-loop']);
  });
});

describe('suspects: events that were being handled when the process died, again and again', () => {
  const worker = { ...quick, crashes: 4, concurrency: 10, lease: 100 };

  /** Stores so many events, and lets them be in the middle of their handling twice when the process dies. */
  async function crashTwice(made: InboxReceiver, events: number, starts: readonly unknown[]): Promise<void> {
    for (let id = 0; id < events; id++) await made.send({ event: { ids: [id] } });
    for (let crash = 1; crash <= 2; crash++) {
      await expect.poll(() => starts).toHaveLength(events * crash);
      made.inbox.expireClaims();
    }
  }

  test('one is handled at a time, and what is no suspect beside it', async () => {
    const gate = createGate();
    onTestFinished(gate.open);
    const starts: number[] = [];
    const suspects: number[] = [];
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const made = createInboxReceiver({
      worker,
      handlers: {
        '*': async ({ ids: [id] }) => {
          starts.push(Number(id));
          if (starts.length <= 6) return gate.opened;
          if (Number(id) < 3) {
            suspects.push(Number(id));
            most = Math.max(most, ++running);
            await new Promise((resolve) => setTimeout(resolve, 30));
            running--;
          }
          done.push(Number(id));
        },
      },
    });
    await crashTwice(made, 3, starts);
    await made.send({ event: { ids: [9] } });
    await settled(made);
    expect(most).toBe(1);
    expect(suspects.sort()).toEqual([0, 1, 2]);
    expect(done[0]).toBe(9);
    expect(await reasonsOf(made)).toEqual([]);
  });
});

describe('a claim that was lost', () => {
  test('aborts the signal, and what the first run comes to is dropped', async () => {
    const gate = createGate();
    const signals: AbortSignal[] = [];
    const made = createInboxReceiver({
      worker: { ...quick, lease: 100, concurrency: 10 },
      handlers: {
        '*': async (_, { signal }) => {
          signals.push(signal);
          if (signals.length > 1) return;
          await gate.opened;
          throw new Error('the first one');
        },
      },
    });
    await made.send();
    await expect.poll(() => signals).toHaveLength(1);
    made.inbox.expireClaims();
    await settled(made);
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toMatchObject({ message: 'The claim on the event was lost.' });
    expect(signals[1]?.aborted).toBe(false);
    gate.open();
    // The failure is told, and changes nothing.
    await expect.poll(() => made.errors).toHaveLength(1);
    expect(await made.inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
  });

  test.each([['returns'], ['throws']])(
    'starts no further handler, and marks none, when it %s',
    async (how) => {
      const gate = createGate();
      const runs: string[] = [];
      const made = createInboxReceiver({ worker: { ...quick, lease: 100, concurrency: 10 } });
      made.receiver.on(
        '*',
        async (_, { signal }) => {
          runs.push('a');
          if (runs.length > 1) return;
          await gate.opened;
          expect(signal.aborted).toBe(true);
          if (how === 'throws') throw new Error('the first one');
        },
        { name: 'a' },
      );
      made.receiver.on('*', () => runs.push('b'), { name: 'b' });
      await made.send();
      await expect.poll(() => runs).toEqual(['a']);
      made.inbox.expireClaims();
      await expect.poll(() => runs).toEqual(['a', 'a', 'b']);
      await settled(made);
      await new Promise((resolve) => setTimeout(resolve, 100));
      gate.open();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(runs).toEqual(['a', 'a', 'b']);
      expect(made.errors).toHaveLength(how === 'throws' ? 1 : 0);
    },
  );

  // An inbox says so too when its store fails for a while, and the claim may stand all the same.
  test('a handler that returns because the signal has aborted has not succeeded', async () => {
    const runs: string[] = [];
    const made: InboxReceiver = createInboxReceiver({
      faults: between(
        () => made.inbox,
        (item, process) =>
          process({ ...item, signal: runs.length === 0 ? AbortSignal.timeout(20) : item.signal }),
      ),
    });
    const stopsEarly = (name: string) =>
      made.receiver.on(
        '*',
        async (_, { signal }) => {
          runs.push(name);
          if (runs.length === 1) await expect.poll(() => signal.aborted).toBe(true);
        },
        { name },
      );
    stopsEarly('a');
    stopsEarly('b');
    await made.send();
    await settled(made);
    expect(runs).toEqual(['a', 'a', 'b']);
  });

  test('a mark that finds the claim lost ends the run', async () => {
    let loses = true;
    const runs: string[] = [];
    const made: InboxReceiver = createInboxReceiver({
      worker: { ...quick, concurrency: 2 },
      faults: between(
        () => made.inbox,
        (item, process) =>
          process({
            ...item,
            markHandled: (name) => {
              // The other place of the worker takes the event at once.
              if (loses) made.inbox.expireClaims();
              loses = false;
              return item.markHandled(name);
            },
          }),
      ),
    });
    for (const name of ['a', 'b']) made.receiver.on('*', () => runs.push(name), { name });
    await made.send();
    await settled(made);
    expect(runs).toEqual(['a', 'a', 'b']);
    expect(made.alerts).toEqual([]);
  });

  test('a mark that cannot be stored is made up for before the event comes again', async () => {
    let away = true;
    const runs: string[] = [];
    const made: InboxReceiver = createInboxReceiver({
      faults: between(
        () => made.inbox,
        (item, process) =>
          process({
            ...item,
            markHandled: (name) => (away ? Promise.reject(new Error('away')) : item.markHandled(name)),
          }),
      ),
    });
    made.receiver.on('*', () => runs.push('a'), { name: 'a' });
    made.receiver.on(
      '*',
      (_, { attempt }) => {
        runs.push('b');
        away = false;
        if (attempt === 1) throw new Error('once');
      },
      { name: 'b' },
    );
    await made.send();
    await settled(made);
    expect(runs).toEqual(['a', 'b', 'b']);
    expect(made.alerts.map(({ code }) => code)).toEqual(['worker-trouble']);
  });
});

describe('handlerMaxRuntime', () => {
  test('ends the attempt, aborts the signal, and lets the others go on', async () => {
    const signals: AbortSignal[] = [];
    const made = createInboxReceiver({
      handlerMaxRuntime: 30,
      worker: { ...quick, attempts: 2, concurrency: 1 },
      handlers: {
        'entities.*': (_, { signal }) => {
          signals.push(signal);
          return new Promise(() => {});
        },
        'products.*': () => {},
      },
    });
    await made.send();
    await made.send({ event: { type: 'products.create' } });
    await settled(made);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]?.reason).toMatchObject({ message: expect.stringContaining('handlerMaxRuntime') });
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { reason: 'attempts', error: expect.stringMatching(/ran for more than 30 ms \(handlerMaxRuntime\)/) },
    ]);
    expect(made.errors).toHaveLength(2);
  });

  test('each handler has it to itself', async () => {
    const made = createInboxReceiver({ handlerMaxRuntime: 400, worker: { ...quick, attempts: 1 } });
    for (const name of ['a', 'b', 'c']) {
      made.receiver.on('*', () => new Promise((resolve) => setTimeout(resolve, 200)), { name });
    }
    await made.send();
    await settled(made);
    expect(await reasonsOf(made)).toEqual([]);
  });
});

describe('events without a handler', () => {
  test('are parked, with an alert, and can be retried once there is one', async () => {
    const handled: string[] = [];
    const made = createInboxReceiver({ handlers: { 'products.*': () => {} } });
    await made.send();
    await expect.poll(() => reasonsOf(made)).toEqual(['unhandled']);
    expect(await made.inbox.deadLetters.list()).toMatchObject([
      { attempts: 0, error: 'No handler is registered for entities.clients.create.' },
    ]);
    expect(made.alerts.map(({ code }) => code)).toEqual(['dead-letter']);
    made.receiver.on('entities.*', ({ name }) => handled.push(name));
    await made.inbox.deadLetters.retry((await made.inbox.deadLetters.list())[0]?.key ?? '');
    await settled(made);
    expect(handled).toEqual(['entities.clients.create']);
    expect(await reasonsOf(made)).toEqual([]);
  });

  test.each([
    ['returns', () => {}],
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
  ])('are done with where onUnhandled takes them, also when it %s', async (_, callback) => {
    const taken: string[] = [];
    const made = createInboxReceiver({ handlers: { 'products.*': () => {} } });
    made.receiver.onUnhandled(({ name }) => {
      taken.push(name);
      return callback();
    });
    await made.send();
    await settled(made);
    expect(taken).toEqual(['entities.clients.create']);
    expect(await reasonsOf(made)).toEqual([]);
    expect(made.alerts).toEqual([]);
  });

  test('onUnhandled alone starts the worker', async () => {
    const taken: string[] = [];
    const made = createInboxReceiver();
    made.receiver.onUnhandled(({ name }) => taken.push(name));
    await made.send();
    await expect.poll(() => taken).toEqual(['entities.clients.create']);
  });

  test('the welcome event needs none, and goes to * and onUnhandled', async () => {
    const seen: string[] = [];
    const welcome = { event: { type: 'subscriptions.welcome' }, body: '' };
    const plain = createInboxReceiver({ handlers: { 'products.*': () => {} } });
    await plain.send(welcome);
    await settled(plain);
    expect(await reasonsOf(plain)).toEqual([]);
    expect(plain.alerts).toEqual([]);
    const listening = createInboxReceiver({ handlers: { '*': ({ name }) => seen.push(`* ${name}`) } });
    await listening.send(welcome);
    await settled(listening);
    const unhandled = createInboxReceiver();
    unhandled.receiver.onUnhandled(({ name }) => seen.push(`unhandled ${name}`));
    await unhandled.send(welcome);
    await settled(unhandled);
    expect(seen).toEqual(['* subscriptions.welcome', 'unhandled subscriptions.welcome']);
  });

  test('unknown types go to *, to unlisted(), and else are parked', async () => {
    const seen: string[] = [];
    const made = createInboxReceiver();
    made.receiver.on(unlisted('entities.leads.create'), ({ name }) => seen.push(name));
    await made.send({ event: { type: 'entities.leads.create' } });
    await made.send({ event: { type: 'entities.leads.delete' } });
    await made.send({ event: { type: 'entities.leads.create', subject: 'user:5' } });
    await expect.poll(() => reasonsOf(made)).toEqual(['unhandled', 'unhandled']);
    expect(seen).toEqual(['entities.leads.create']);
    const all = createInboxReceiver({ handlers: { '*': ({ name }) => seen.push(`* ${name}`) } });
    await all.send({ event: { type: 'entities.leads.delete' } });
    await all.send({ event: { subject: 'user:5' } });
    await settled(all);
    expect(seen.slice(1).sort()).toEqual(['* entities.clients.create', '* entities.leads.delete']);
  });
});

describe('concurrency', () => {
  test.each([1, 4, 7])('%s at once, and no more', async (concurrency) => {
    let running = 0;
    let most = 0;
    let done = 0;
    const gate = createGate();
    const made = createInboxReceiver({
      worker: { concurrency },
      handlers: {
        '*': async () => {
          most = Math.max(most, ++running);
          await gate.opened;
          await new Promise((resolve) => setTimeout(resolve, 1));
          running--;
          done++;
        },
      },
    });
    for (let index = 0; index < 30; index++) await made.send();
    await expect.poll(() => running).toBe(concurrency);
    gate.open();
    await settled(made);
    expect(most).toBe(concurrency);
    expect(done).toBe(30);
  });

  test('is four by default; a handler that hangs takes one place of it', async () => {
    const gate = createGate();
    onTestFinished(gate.open);
    let running = 0;
    const made = createInboxReceiver({
      worker: {},
      handlers: {
        '*': async ({ ids: [id] }) => {
          running++;
          if (Number(id) < 4) await gate.opened;
        },
      },
    });
    for (let id = 0; id < 6; id++) await made.send({ event: { ids: [id] } });
    await expect.poll(() => running).toBe(4);
    expect((await made.send({ event: { ids: [6] } })).status).toBe(202);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(running).toBe(4);
    gate.open();
    await settled(made);
    expect(running).toBe(7);
  });
});

test('what the store holds and this version does not know is a dead letter, and blocks nothing', async () => {
  const handled: string[] = [];
  const made = createInboxReceiver({ handlers: { '*': ({ name }) => handled.push(name) } });
  const item = { fingerprint: 'x', name: 'x', receivedAt: Date.now(), retention: 1_000 };
  await made.inbox.put({ ...item, key: '1'.repeat(64), payload: { kind: 'later' } as never });
  await made.inbox.put({ ...item, key: '2'.repeat(64), payload: null as never });
  await made.inbox.put({ ...item, key: '4'.repeat(64), payload: { kind: 'damaged', text: '{' } });
  await made.inbox.put({
    ...item,
    key: '3'.repeat(64),
    payload: { kind: 'raw', headers: [], body: '§', claims: {} } as never,
  });
  await made.send();
  await settled(made);
  expect(handled).toEqual(['entities.clients.create']);
  expect(await reasonsOf(made)).toEqual(Array(4).fill('unreadable'));
  expect(codeOf(await made.send())).toBeUndefined();
});

test('an event that is damaged in the store fails, and becomes a dead letter', async () => {
  const made = createInboxReceiver({
    worker: { ...quick, attempts: 2 },
    handlers: { '*': () => expect.unreachable() },
  });
  const item = { fingerprint: 'x', name: 'x', receivedAt: Date.now(), retention: 1_000 };
  await made.inbox.put({ ...item, key: '1'.repeat(64), payload: { kind: 'event' } as never });
  await expect.poll(() => reasonsOf(made)).toEqual(['attempts']);
});
