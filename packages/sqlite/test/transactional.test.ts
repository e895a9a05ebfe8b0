import {
  createReceiver,
  type FicContext,
  type FicEvent,
  type FicReceiver,
  type InboxItem,
} from '@fic-webhooks/core';
import { createTestKeyPair, signNotification } from '@fic-webhooks/testing';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { newItem } from './support/new-item.js';
import { codeOf, openInbox } from './support/open-inbox.js';

const keys = createTestKeyPair();
const sink = 'https://example.com/fic';

async function withEffects(): Promise<ReturnType<typeof openInbox>> {
  const inbox = openInbox();
  // Without a unique key: an effect that happens twice shows.
  await inbox.transaction((tx) => tx.exec('CREATE TABLE effects (id INTEGER, note TEXT)'));
  return inbox;
}

const effectsOf = (inbox: ReturnType<typeof openInbox>) =>
  inbox.transaction((tx) => tx.all<{ id: number; note: string }>('SELECT * FROM effects ORDER BY rowid'));

/** A receiver that soon tries again what has failed. It ends with the test. */
function startReceiver(inbox: ReturnType<typeof openInbox>): FicReceiver {
  const receiver = createReceiver({
    sink,
    applicationId: 1234,
    publicKeys: keys.publicKey,
    inbox,
    logger: false,
    worker: { firstDelay: 20 },
  });
  onTestFinished(() => receiver.close({ deadline: 1_000 }));
  return receiver;
}

/** Sends an event, which must be stored. */
async function deliver(receiver: FicReceiver, ids: readonly number[]): Promise<void> {
  const request = signNotification({ ids }, { privateKey: keys.privateKey, sink });
  const answer = await receiver.handle({
    method: 'POST',
    headers: Object.entries(request.headers),
    query: () => undefined,
    body: async () => ({ bytes: new TextEncoder().encode(request.body) }),
  });
  expect(answer.status).toBe(202);
}

/** Puts one item and claims it. Its run ends with the test. */
async function claimOne(inbox: ReturnType<typeof openInbox>): Promise<{
  item: InboxItem;
  event: FicEvent;
  context: FicContext;
}> {
  const stored = newItem();
  await inbox.put(stored);
  const item = await new Promise<InboxItem>((resolve) => {
    const worker = inbox.work({
      concurrency: 1,
      lease: 60_000,
      process: (claimed) => {
        resolve(claimed);
        return new Promise(() => {});
      },
      onTrouble: () => {},
    });
    onTestFinished(() => worker.stop({ deadline: 0 }));
  });
  if (item.payload.kind !== 'event') throw new Error('It is no event.');
  const context: FicContext = {
    signal: item.signal,
    attempt: item.attempt,
    retryAfter: () => {},
    logger: console,
    receivedAt: item.receivedAt,
    delivery: { key: item.key, handler: 'effect', token: item.token },
  };
  return { item, event: item.payload.event, context };
}

test('through a receiver: the effect happens once, although the handler beside it fails at first', async () => {
  const inbox = await withEffects();
  const receiver = startReceiver(inbox);
  let failures = 0;
  const seen: number[] = [];
  receiver.on(
    'entities.clients.create',
    inbox.transactional({
      prepare: async (event) => ({ ids: event.ids, note: 'è' }),
      apply: (tx, { ids, note }) => {
        for (const id of ids) tx.run('INSERT INTO effects VALUES (?, ?)', [id, note]);
      },
    }),
    { name: 'effect' },
  );
  receiver.on(
    'entities.clients.*',
    (event) => {
      seen.push(...event.ids);
      if (++failures < 3) throw new Error('not yet');
    },
    { name: 'other' },
  );
  await deliver(receiver, [7, 8]);
  await expect.poll(() => failures).toBe(3);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(await effectsOf(inbox)).toEqual([
    { id: 7, note: 'è' },
    { id: 8, note: 'è' },
  ]);
  expect(seen).toEqual([7, 8, 7, 8, 7, 8]);
});

test('through a receiver: an event that prepare puts off is not done, and has its effect later', async () => {
  const inbox = await withEffects();
  const receiver = startReceiver(inbox);
  let attempts = 0;
  receiver.on(
    'entities.clients.create',
    inbox.transactional({
      prepare: (_event, { retryAfter, signal }) => {
        expect(signal.aborted).toBe(false);
        // As the API says 429 at first.
        if (++attempts < 3) retryAfter(20);
        return attempts;
      },
      apply: (tx, attempt) => {
        tx.run('INSERT INTO effects VALUES (?, ?)', [attempt, 'late']);
      },
    }),
  );
  await deliver(receiver, [7]);
  await expect.poll(async () => (await inbox.health()).waiting).toBe(0);
  expect(await effectsOf(inbox)).toEqual([{ id: 3, note: 'late' }]);
});

test('two in one registered handler are refused: the mark of the first would be taken for that of the second', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  const enter = (note: string) =>
    inbox.transactional({
      apply: (tx) => {
        tx.run('INSERT INTO effects VALUES (1, ?)', [note]);
      },
    });
  await enter('first')(event, context);
  await expect(async () => enter('second')(event, context)).rejects.toMatchObject({
    code: 'transaction-invalid',
    message: expect.stringContaining('register each of them'),
  });
  expect(await effectsOf(inbox)).toEqual([{ id: 1, note: 'first' }]);
});

test('the types of the event and of what was prepared are inferred', () => {
  const inbox = openInbox();
  const receiver = createReceiver({ sink, applicationId: 1, inbox, worker: false, logger: false });
  onTestFinished(() => receiver.close());
  receiver.on(
    'issued_documents.invoices.create',
    inbox.transactional({
      prepare: (event) => {
        expectTypeOf(event.name).toEqualTypeOf<'issued_documents.invoices.create'>();
        expectTypeOf(event.ids).toEqualTypeOf<readonly number[]>();
        return 'prepared';
      },
      apply: (_tx, prepared, event) => {
        expectTypeOf(prepared).toEqualTypeOf<string>();
        expectTypeOf(event.name).toEqualTypeOf<'issued_documents.invoices.create'>();
      },
    }),
  );
});

test('a handler that has been marked does not apply again', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  let prepared = 0;
  const handler = inbox.transactional({
    prepare: () => ++prepared,
    apply: (tx, count) => {
      tx.run('INSERT INTO effects VALUES (?, ?)', [count, 'once']);
    },
  });
  await handler(event, context);
  await handler(event, context);
  expect(prepared).toBe(2);
  expect(await effectsOf(inbox)).toEqual([{ id: 1, note: 'once' }]);
  // Another handler of the same event is another effect.
  await handler(event, { ...context, delivery: { ...context.delivery, handler: 'second' } as never });
  expect(await effectsOf(inbox)).toHaveLength(2);
});

test('a lost claim has no effect', async () => {
  const inbox = await withEffects();
  const { event, context, item } = await claimOne(inbox);
  const handler = inbox.transactional({
    prepare: async () => {
      await inbox.transaction((tx) => {
        tx.run("UPDATE fic_webhooks_items SET token = 'another' WHERE key = ?", [item.key]);
      });
    },
    apply: (tx) => {
      tx.run("INSERT INTO effects VALUES (1, 'lost')");
    },
  });
  expect(await codeOf(handler(event, context) as Promise<void>)).toBe('inbox-claim-lost');
  expect(await effectsOf(inbox)).toEqual([]);
});

test('what apply throws undoes everything, the mark included', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  let fails = true;
  const handler = inbox.transactional({
    apply: (tx) => {
      tx.run("INSERT INTO effects VALUES (1, 'a')");
      if (fails) throw new Error('no');
    },
  });
  await expect(handler(event, context)).rejects.toThrow('no');
  expect(await effectsOf(inbox)).toEqual([]);
  fails = false;
  await handler(event, context);
  expect(await effectsOf(inbox)).toHaveLength(1);
});

test('an asynchronous apply is refused, and undone', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  let late: unknown;
  const handler = inbox.transactional({
    apply: (async (tx: { run(sql: string): unknown }) => {
      tx.run("INSERT INTO effects VALUES (1, 'a')");
      await Promise.resolve();
      try {
        tx.run("INSERT INTO effects VALUES (2, 'b')");
      } catch (error) {
        late = error;
      }
    }) as never,
  });
  expect(await codeOf(handler(event, context) as Promise<void>)).toBe('transaction-invalid');
  await expect.poll(() => late).toMatchObject({ code: 'transaction-invalid' });
  expect(await effectsOf(inbox)).toEqual([]);
});

test('an aborted signal ends the wait', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  const handler = inbox.transactional({ apply: (tx) => tx.exec("INSERT INTO effects VALUES (1, 'a')") });
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(handler(event, { ...context, signal })).rejects.toThrow('too late');
  expect(await effectsOf(inbox)).toEqual([]);
});

test('without an inbox, and without apply', async () => {
  const inbox = await withEffects();
  const { event, context } = await claimOne(inbox);
  const { delivery: _, ...inline } = context;
  const handler = inbox.transactional({ apply: () => {} });
  expect(await codeOf(handler(event, inline) as Promise<void>)).toBe('inbox-missing');
  expect(() => inbox.transactional({} as never)).toThrow(
    expect.objectContaining({ code: 'handler-invalid' }),
  );
});

test('the control of the transaction is not given away', async () => {
  const inbox = await withEffects();
  for (const sql of [
    'COMMIT',
    ' rollback',
    '/* x */ END;',
    "SELECT ';'; COMMIT",
    'PRAGMA synchronous = OFF',
  ]) {
    const attempt = inbox.transaction((tx) => {
      tx.run("INSERT INTO effects VALUES (1, 'a')");
      tx.exec(sql);
    });
    expect(await codeOf(attempt), sql).toBe('transaction-invalid');
  }
  expect(await effectsOf(inbox)).toEqual([]);
});

test('SQLite that rolls back by itself is noticed, also when its error is swallowed', async () => {
  const inbox = await withEffects();
  await inbox.transaction((tx) =>
    tx.exec(`CREATE TRIGGER forced BEFORE INSERT ON effects WHEN NEW.id = 13
      BEGIN SELECT RAISE(ROLLBACK, 'forced'); END`),
  );
  const swallow = (last: boolean) =>
    inbox.transaction((tx) => {
      tx.run("INSERT INTO effects VALUES (1, 'a')");
      try {
        tx.run("INSERT INTO effects VALUES (13, 'b')");
      } catch {}
      if (!last) tx.run("INSERT INTO effects VALUES (2, 'c')");
    });
  expect(await codeOf(swallow(false))).toBe('transaction-invalid');
  expect(await codeOf(swallow(true))).toBe('transaction-invalid');
  expect(await effectsOf(inbox)).toEqual([]);
});

test('values go in and come out as they are', async () => {
  const inbox = await withEffects();
  const rows = await inbox.transaction((tx) => {
    tx.exec('CREATE TABLE anything (value)');
    const insert = tx.prepare('INSERT INTO anything VALUES (?)');
    for (const value of [null, 5, 1.5, -0.25, 'è', 'x', 12n, Uint8Array.of(1, 2)]) insert.run([value]);
    expect(tx.run('INSERT INTO anything VALUES (:a)', { a: 7 })).toEqual({ changes: 1, lastInsertRowid: 9 });
    expect(tx.get('SELECT :a AS a, $b AS b', { a: 1, b: 'two' })).toEqual({ a: 1, b: 'two' });
    expect(tx.get('SELECT 1 WHERE 0')).toBeUndefined();
    return tx.all<{ value: unknown; type: string }>('SELECT value, typeof(value) AS type FROM anything');
  });
  expect(rows.map(({ type }) => type)).toEqual([
    ...['null', 'integer', 'real', 'real', 'text', 'text', 'integer', 'blob', 'integer'],
  ]);
  expect(rows.map(({ value }) => (value instanceof Uint8Array ? [...value] : value))).toEqual([
    ...[null, 5, 1.5, -0.25, 'è', 'x', 12, [1, 2], 7],
  ]);
});

test('values that SQLite cannot store are refused before the driver sees them', async () => {
  const inbox = await withEffects();
  for (const value of [true, undefined, {}, [], new Date(), Number.NaN, 2n ** 64n, () => 1, Symbol('a')]) {
    const attempt = inbox.transaction((tx) => tx.run('INSERT INTO effects VALUES (1, ?)', [value as never]));
    expect(await codeOf(attempt), String(value)).toBe('transaction-invalid');
  }
  for (const parameters of ['text', 5, null, Uint8Array.of(1)]) {
    const attempt = inbox.transaction((tx) => tx.run('SELECT 1', parameters as never));
    expect(await codeOf(attempt)).toBe('transaction-invalid');
  }
});

test('several statements in one call are refused, unless by exec', async () => {
  const inbox = await withEffects();
  const two = "INSERT INTO effects VALUES (1, 'a'); INSERT INTO effects VALUES (2, 'b')";
  for (const call of ['run', 'get', 'all', 'prepare'] as const) {
    const attempt = inbox.transaction((tx) => void tx[call](two));
    await expect(attempt, call).rejects.toMatchObject({
      code: 'transaction-invalid',
      message: expect.stringContaining('Use exec'),
    });
  }
  // What is behind a null character is not read by the driver.
  for (const call of ['run', 'exec'] as const) {
    const attempt = inbox.transaction((tx) => void tx[call](two.replace(';', '\0;')));
    expect(await codeOf(attempt), call).toBe('transaction-invalid');
  }
  expect(await effectsOf(inbox)).toEqual([]);
  await inbox.transaction((tx) => {
    tx.exec(two);
    tx.run("INSERT INTO effects VALUES (3, 'c;d'); -- and nothing; more\n ; /* ; */");
  });
  expect((await effectsOf(inbox)).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('parameters must be those of the statement', async () => {
  const inbox = await withEffects();
  for (const [sql, parameters] of [
    ['INSERT INTO effects VALUES (?, ?)', [1]],
    ['INSERT INTO effects VALUES (?, ?)', [1, 'a', 2]],
    ['INSERT INTO effects VALUES (?, ?)', undefined],
    ["INSERT INTO effects VALUES (1, 'a')", [1]],
    ['INSERT INTO effects VALUES (:id, :note)', { id: 1 }],
    ['INSERT INTO effects VALUES (:id, :note)', { id: 1, Note: 'a' }],
    ['INSERT INTO effects VALUES (:id, :note)', { id: 1, note: 'a', more: 2 }],
    ['INSERT INTO effects VALUES (:id, :note)', { ':id': 1, ':note': 'a' }],
    ['INSERT INTO effects VALUES (:id, :toString)', { id: 1 }],
    ["INSERT INTO effects VALUES (1, 'a')", { id: 1 }],
    // The driver would end the process.
    ['INSERT INTO effects VALUES (?, :note)', { note: 'a' }],
    ['INSERT INTO effects VALUES (?1, ?2)', { 1: 1, 2: 'a' }],
  ] as const) {
    const attempt = inbox.transaction((tx) => tx.run(sql, parameters as never));
    expect(await codeOf(attempt), `${sql} ${JSON.stringify(parameters)}`).toBe('transaction-invalid');
  }
  expect(await effectsOf(inbox)).toEqual([]);
  await inbox.transaction((tx) => {
    tx.run('INSERT INTO effects VALUES (:id, @note)', { id: 1, note: 'a' });
    tx.run('INSERT INTO effects VALUES (:id, @note)', [2, 'b']);
    tx.run('INSERT INTO effects VALUES (?2, ?1)', ['c', 3]);
    tx.run("INSERT INTO effects VALUES (4, 'd')", {});
  });
  expect((await effectsOf(inbox)).map(({ note }) => note)).toEqual(['a', 'b', 'c', 'd']);
});

test("an error of the user's own is left as it is, whatever it looks like", async () => {
  const inbox = await withEffects();
  const getter = Object.defineProperty(new Error('a trap'), 'code', {
    get() {
      throw new Error('sprung');
    },
  });
  const codes = ['SQLITE_CORRUPT', 'SQLITE_BUSY', 'SQLITE_FULL', '__proto__', 'constructor'];
  for (const own of [...codes.map((code) => Object.assign(new Error('my own'), { code })), getter]) {
    const attempt = inbox.transaction(() => {
      throw own;
    });
    expect(await attempt.catch((error: unknown) => error)).toBe(own);
  }
  expect(await effectsOf(inbox)).toEqual([]);
});

test("an error of the user's own SQL keeps SQLite's code", async () => {
  const inbox = await withEffects();
  await inbox.transaction((tx) => tx.exec('CREATE TABLE once (id INTEGER PRIMARY KEY)'));
  const twice = inbox.transaction((tx) => {
    tx.run('INSERT INTO once VALUES (1)');
    tx.run('INSERT INTO once VALUES (1)');
  });
  expect(await codeOf(twice)).toMatch(/^SQLITE_CONSTRAINT/);
  expect(await inbox.transaction((tx) => tx.all('SELECT * FROM once'))).toEqual([]);
});

test('transactions and puts at once: all of both', async () => {
  const inbox = await withEffects();
  const puts = Array.from({ length: 500 }, () => inbox.put(newItem()));
  const effects = Array.from({ length: 50 }, (_, id) =>
    inbox.transaction((tx) => tx.run('INSERT INTO effects VALUES (?, ?)', [id, 'x'])),
  );
  await Promise.all([...puts, ...effects]);
  expect((await effectsOf(inbox)).map(({ id }) => id)).toEqual(effects.map((_, id) => id));
  expect(await inbox.health()).toMatchObject({ waiting: 500 });
});
