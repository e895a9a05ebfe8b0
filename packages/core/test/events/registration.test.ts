import { beforeEach, describe, expect, test, vi } from 'vitest';
import { isUnlisted } from '../../src/events/unlisted.js';
import {
  createReceiver,
  eventNames,
  type FicEvent,
  type FicReceiver,
  FicWebhooksError,
  unlisted,
} from '../../src/index.js';
import { binaryRequest, type NotificationFields } from '../support/requests.js';
import { applicationId, signingKey, sink } from '../support/sign-token.js';

let receiver: FicReceiver;
let calls: string[];
const note = (label: string) => () => {
  calls.push(label);
};

beforeEach(() => {
  calls = [];
  receiver = createReceiver({ sink, applicationId, publicKeys: signingKey.pem, logger: false });
});

async function send(event: Partial<NotificationFields>): Promise<number> {
  return (await receiver.handle(await binaryRequest({ event }))).status;
}

describe('which handlers run', () => {
  test('all that match, in the order registered', async () => {
    receiver
      .on('entities.*', note('entities.*'))
      .on('*', note('*'))
      .on('receipts.create', note('receipts.create'))
      .on('entities.clients.create', note('exact'))
      .on(['receipts.*', '*.create'], note('list'))
      .on('it.fattureincloud.webhooks.entities.clients.create', note('full'));
    expect(await send({ type: 'entities.clients.create' })).toBe(204);
    expect(calls).toEqual(['entities.*', '*', 'exact', 'list', 'full']);
  });

  test('a handler in several patterns of its list runs once', async () => {
    receiver.on(['entities.*', '*.create', 'entities.clients.create'], note('once'));
    await send({ type: 'entities.clients.create' });
    expect(calls).toEqual(['once']);
  });

  test('one registered after the first event gets the second', async () => {
    receiver.on('entities.*', note('first'));
    await send({ type: 'entities.clients.create' });
    receiver.on('entities.clients.*', note('second'));
    await send({ type: 'entities.clients.create' });
    expect(calls).toEqual(['first', 'first', 'second']);
  });

  test('every listed event reaches the handler of its name and no other', async () => {
    const seen = new Map<string, string>();
    for (const name of eventNames) {
      receiver.on(name as 'receipts.create', (event: FicEvent) => {
        seen.set(name, event.name);
      });
    }
    for (const name of eventNames) {
      expect(await send({ type: name, ids: name.startsWith('cashbook.') ? ['a'] : [1] }), name).toBe(204);
    }
    expect([...seen]).toEqual(eventNames.map((name) => [name, name]));
  });

  test('* gets everything: welcome, unknown types, groups, other subjects', async () => {
    receiver.on('*', (event) => {
      calls.push(`${event.name} ${event.companyId}`);
    });
    const odd = [
      { type: 'subscriptions.welcome' },
      { type: 'entities.leads.create' },
      { type: 'entities.all.create' },
      { type: 'entities.clients.create', subject: 'user:5' },
      { type: 'it.example.other' },
    ];
    for (const event of odd) expect(await send(event)).toBe(204);
    expect(calls).toEqual([
      'subscriptions.welcome 108061',
      'entities.leads.create 108061',
      'entities.all.create 108061',
      'entities.clients.create undefined',
      'it.example.other 108061',
    ]);
  });

  test('another subject than a company: only * gets it, by no name or pattern', async () => {
    receiver
      .on('entities.clients.create', note('name'))
      .on('entities.*', note('pattern'))
      .on('*.*', note('two stars'))
      .on(unlisted('entities.clients.create'), note('unlisted'))
      .on('*', note('*'));
    for (const subject of [
      'user:5',
      'company:',
      'company:0',
      'company:-1',
      'company:1.5',
      'company:01',
      'company: 1',
      'company:1e3',
      'company',
      'Company:5',
      'company:99999999999999999',
    ]) {
      calls = [];
      expect(await send({ subject })).toBe(204);
      expect(calls, subject).toEqual(['*']);
    }
  });

  test('a listed name without the prefix is not the listed event', async () => {
    receiver.on('entities.clients.create', note('name')).on('*', note('*'));
    expect(await send({ type: 'it.entities.clients.create' })).toBe(204);
    expect(calls).toEqual(['*']);
    const request = await binaryRequest({ headers: { 'ce-type': 'entities.clients.create' } });
    expect((await receiver.handle(request)).status).toBe(204);
    expect(calls).toEqual(['*', '*']);
  });

  test('unlisted() gets its type, short or full, and goes on working once the type is listed', async () => {
    receiver
      .on(unlisted('entities.leads.create'), note('short'))
      .on(unlisted('it.fattureincloud.webhooks.entities.leads.create'), note('full'))
      .on(unlisted('entities.clients.create'), note('listed by now'));
    await send({ type: 'entities.leads.create' });
    expect(calls).toEqual(['short', 'full']);
    calls = [];
    await send({ type: 'entities.clients.create' });
    expect(calls).toEqual(['listed by now']);
    calls = [];
    await send({ type: 'entities.leads.update' });
    expect(calls).toEqual([]);
  });
});

describe('onUnhandled', () => {
  test('is told of events without a handler, all of it swallowed', async () => {
    const events: FicEvent[] = [];
    receiver
      .on('receipts.*', note('receipts'))
      .onUnhandled(() => {
        throw new Error('thrown');
      })
      .onUnhandled(async () => Promise.reject(new Error('rejected')))
      .onUnhandled((event) => events.push(event));
    expect(await send({ type: 'entities.clients.create' })).toBe(204);
    expect(await send({ type: 'receipts.create' })).toBe(204);
    expect(events.map(({ name }) => name)).toEqual(['entities.clients.create']);
  });
});

describe('registration errors', () => {
  const anyReceiver = () => receiver as unknown as { on(pattern: unknown, handler: unknown): void };

  test.each([
    ['a typo', 'entities.client.create', 'event-name-unknown'],
    ['a group', 'entities.all.create', 'event-name-unknown'],
    ['a typo in a list', ['receipts.create', 'receipts.creat'], 'event-name-unknown'],
    ['a typo beside *', ['*', 'receipts.creat'], 'event-name-unknown'],
    ['an empty list', [], 'handler-invalid'],
    ['undefined', undefined, 'event-name-unknown'],
    ['null', null, 'event-name-unknown'],
    ['a number', 5, 'event-name-unknown'],
    ['an object', {}, 'event-name-unknown'],
  ])('%s', (_, pattern, code) => {
    let error: unknown;
    try {
      anyReceiver().on(pattern, () => {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FicWebhooksError);
    expect(error).toMatchObject({ code });
  });

  test.each([[undefined], [null], ['text'], [{}], [5]])('a handler that is %s', (handler) => {
    expect(() => anyReceiver().on('receipts.create', handler)).toThrow(
      expect.objectContaining({
        code: 'handler-invalid',
        message: expect.stringContaining("'receipts.create'"),
      }),
    );
  });

  test.each([[true], [7], [{}], [Symbol('name')], ['half \ud800 a character'], ['a\0b'], ['two\nlines']])(
    'a name that not every store keeps as it is: %j',
    (name) => {
      const on = receiver.on as (pattern: string, handler: () => void, options: { name: unknown }) => void;
      expect(() => on('receipts.create', () => {}, { name })).toThrow(
        expect.objectContaining({ code: 'handler-invalid', message: expect.stringContaining('name') }),
      );
    },
  );

  test('a name may be any other text', () => {
    expect(() =>
      receiver.on('receipts.create', () => {}, { name: 'però 🧾: search-index v2' }),
    ).not.toThrow();
  });

  test('a wrong entry of the option `handlers` throws at construction', () => {
    const options = { sink, applicationId };
    expect(() =>
      createReceiver({ ...options, handlers: { 'entities.client.create': () => {} } as never }),
    ).toThrow(/Did you mean/);
    expect(() => createReceiver({ ...options, handlers: { 'receipts.create': 5 } as never })).toThrow(
      /not a function/,
    );
  });

  test('a failed registration leaves nothing behind', async () => {
    expect(() => anyReceiver().on(['entities.clients.create', 'nonsense'], note('half'))).toThrow();
    await send({ type: 'entities.clients.create' });
    expect(calls).toEqual([]);
  });

  test.each([
    ['entities.*.create'],
    ['*'],
    [''],
    ['entities.all.create'],
    ['it.fattureincloud.webhooks.'],
    ['it.fattureincloud.webhooks.entities.all.delete'],
  ])("unlisted('%s') is refused", (name) => {
    expect(() => unlisted(name)).toThrow(expect.objectContaining({ code: 'event-name-unknown' }));
  });

  test('isUnlisted tells listed names from others', () => {
    expect(isUnlisted('entities.leads.create')).toBe(true);
    expect(isUnlisted('entities.clients.create')).toBe(false);
  });
});

test('handlers of the option run before those of on()', async () => {
  const first = vi.fn();
  const made = createReceiver({
    sink,
    applicationId,
    publicKeys: signingKey.pem,
    handlers: { 'entities.clients.*': first, '*': () => expect(first).toHaveBeenCalledTimes(1) },
  });
  made.on('entities.*', () => expect(first).toHaveBeenCalledTimes(1));
  expect((await made.handle(await binaryRequest())).status).toBe(204);
});
