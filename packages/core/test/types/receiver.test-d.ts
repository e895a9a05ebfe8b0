import { describe, expectTypeOf, test } from 'vitest';
import {
  createReceiver,
  type EventName,
  type FicContext,
  type FicEvent,
  type FicReceiver,
  type ListedEvent,
  type ReceiverOptions,
  type UnknownFicEvent,
  unlisted,
} from '../../src/index.js';

declare const receiver: FicReceiver;
const base = { sink: 'https://example.com/webhooks/fic', applicationId: 1234 } as const;

describe('on() infers the event', () => {
  test('from a name, short or full', () => {
    receiver.on('issued_documents.invoices.create', (event, context) => {
      expectTypeOf(event).toEqualTypeOf<ListedEvent<'issued_documents.invoices.create'>>();
      expectTypeOf(context).toEqualTypeOf<FicContext>();
    });
    receiver.on('it.fattureincloud.webhooks.cashbook.create', (event) => {
      expectTypeOf(event.ids).toEqualTypeOf<readonly string[]>();
    });
  });

  test('from a pattern', () => {
    receiver.on('entities.*.create', async (event) => {
      expectTypeOf(event.name).toEqualTypeOf<'entities.clients.create' | 'entities.suppliers.create'>();
      expectTypeOf(event.action).toEqualTypeOf<'create'>();
      expectTypeOf(event.companyId).toEqualTypeOf<number>();
    });
    receiver.on('*', (event) => {
      expectTypeOf(event).toEqualTypeOf<FicEvent>();
      expectTypeOf(event.companyId).toEqualTypeOf<number | undefined>();
    });
  });

  test('from a list', () => {
    receiver.on(['receipts.create', 'entities.*.delete'], (event) => {
      expectTypeOf(event.name).toEqualTypeOf<
        'receipts.create' | 'entities.clients.delete' | 'entities.suppliers.delete'
      >();
    });
    receiver.on(['receipts.create', '*'], (event) => {
      expectTypeOf(event).toEqualTypeOf<FicEvent>();
    });
    const names = ['taxes.create', 'taxes.delete'] as const;
    receiver.on(names, (event) => {
      expectTypeOf(event.name).toEqualTypeOf<'taxes.create' | 'taxes.delete'>();
    });
  });

  test('from unlisted(): an unknown event', () => {
    receiver.on(unlisted('entities.leads.create'), (event) => {
      expectTypeOf(event).toEqualTypeOf<UnknownFicEvent>();
    });
  });

  test('gives the receiver back, and takes a name', () => {
    expectTypeOf(receiver.on('receipts.create', () => {}, { name: 'save' })).toEqualTypeOf<FicReceiver>();
    receiver
      .on('receipts.create', () => {})
      .on('taxes.*', () => {})
      .onUnhandled((event) => {
        expectTypeOf(event).toEqualTypeOf<FicEvent>();
      });
  });

  test('takes a wider handler, refuses a narrower one', () => {
    const all = (event: FicEvent) => event.id;
    const clients = (event: FicEvent<'entities.clients.*'>) => event.id;
    receiver.on('entities.clients.create', all);
    receiver.on('entities.clients.create', clients);
    // @ts-expect-error the handler knows no suppliers
    receiver.on('entities.*', clients);
    // @ts-expect-error the handler knows no unknown events
    receiver.on('*', clients);
  });
});

describe('names that match nothing do not compile', () => {
  test('in on()', () => {
    // @ts-expect-error a typo
    receiver.on('entities.client.create', () => {});
    // @ts-expect-error a group
    receiver.on('entities.all.create', () => {});
    // @ts-expect-error a group in full
    receiver.on('it.fattureincloud.webhooks.issued_documents.all.update', () => {});
    // @ts-expect-error a pattern that matches nothing
    receiver.on('entities.*.created', () => {});
    // @ts-expect-error a star inside a segment
    receiver.on('entities.cl*.create', () => {});
    // @ts-expect-error empty
    receiver.on('', () => {});
    // @ts-expect-error a family alone
    receiver.on('entities', () => {});
    // @ts-expect-error a typo in a list
    receiver.on(['receipts.create', 'receipts.creat'], () => {});
    // @ts-expect-error a group in a list
    receiver.on(['entities.all.create'], () => {});
    // @ts-expect-error no handler
    receiver.on('receipts.create');
    // @ts-expect-error no function
    receiver.on('receipts.create', {});
    expectTypeOf(receiver).toEqualTypeOf<FicReceiver>();
  });

  test('in the option handlers', () => {
    // @ts-expect-error a typo
    createReceiver({ ...base, handlers: { 'entities.client.create': () => {} } });
    // @ts-expect-error a group
    createReceiver({ ...base, handlers: { 'entities.all.create': () => {} } });
    // @ts-expect-error no function
    createReceiver({ ...base, handlers: { 'receipts.create': 5 } });
    expectTypeOf(createReceiver(base)).toEqualTypeOf<FicReceiver>();
  });
});

test('every name of the catalogue is accepted', () => {
  const register = (name: EventName) => receiver.on(name, (event) => event.id);
  expectTypeOf(register).parameter(0).toEqualTypeOf<EventName>();
});

test('the option handlers is inferred by its keys', () => {
  createReceiver({
    ...base,
    handlers: {
      'entities.clients.*': (event, context) => {
        expectTypeOf(event.resource).toEqualTypeOf<'entities.clients'>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      },
      'cashbook.create': async (event) => {
        expectTypeOf(event.ids).toEqualTypeOf<readonly string[]>();
      },
      '*': (event) => {
        expectTypeOf(event).toEqualTypeOf<FicEvent>();
      },
    },
  });
});

describe('options', () => {
  test('sink and applicationId are required', () => {
    // @ts-expect-error no sink
    createReceiver({ applicationId: 1 });
    // @ts-expect-error no applicationId
    createReceiver({ sink: 'https://example.com/' });
    // @ts-expect-error a text
    createReceiver({ ...base, applicationId: '1234' });
    // @ts-expect-error a typo
    createReceiver({ ...base, publicKey: 'x' });
    // @ts-expect-error true is no store
    createReceiver({ ...base, idempotency: true });
    // @ts-expect-error no decision
    createReceiver({ ...base, company: () => 'perhaps' });
    expectTypeOf<ReceiverOptions>().toHaveProperty('sink');
  });

  test('forms that are right', () => {
    createReceiver({ ...base, sink: ['https://a.example/', 'https://b.example/'], applicationId: [1, 2] });
    createReceiver({ ...base, applicationId: 'any', logger: console, idempotency: false });
    createReceiver({ ...base, publicKeys: ['pem', { kty: 'EC' }] });
    createReceiver({ ...base, publicKeys: async () => ['pem'] });
    createReceiver({ ...base, company: (id) => (id === 1 ? 'accept' : 'gone') });
    createReceiver({ ...base, company: async (id) => (id === 1 ? 'accept' : 'ignore') });
    createReceiver({
      ...base,
      onAlert: ({ code, count }) => `${code} ${count}`,
      onError: (_, { event }) => event.id,
    });
    expectTypeOf(createReceiver(base).handle).returns.resolves.toHaveProperty('status');
  });
});

test('verify() gives an event or an answer', async () => {
  const result = await receiver.verify({} as never);
  if (result.kind === 'event') expectTypeOf(result.event).toEqualTypeOf<FicEvent>();
  else expectTypeOf(result.response.status).toBeNumber();
});
