import { describe, expectTypeOf, test } from 'vitest';
import type {
  EventGroupName,
  EventName,
  FicEvent,
  ListedEvent,
  MatchingName,
  UnknownFicEvent,
  UnlistedName,
  ValidPattern,
} from '../../src/index.js';

type Clients = 'entities.clients.create' | 'entities.clients.update' | 'entities.clients.delete';

declare const event: FicEvent;

describe('FicEvent by name and pattern', () => {
  test('one name, short or full', () => {
    expectTypeOf<FicEvent<'entities.clients.create'>>().toEqualTypeOf<
      ListedEvent<'entities.clients.create'>
    >();
    expectTypeOf<FicEvent<'it.fattureincloud.webhooks.receipts.create'>>().toEqualTypeOf<
      ListedEvent<'receipts.create'>
    >();
  });

  test('a pattern is the union of what it matches', () => {
    expectTypeOf<FicEvent<'entities.clients.*'>['name']>().toEqualTypeOf<Clients>();
    expectTypeOf<FicEvent<'entities.*.delete'>['name']>().toEqualTypeOf<
      'entities.clients.delete' | 'entities.suppliers.delete'
    >();
    expectTypeOf<MatchingName<'*.receive'>>().toEqualTypeOf<'received_documents.e_invoices.receive'>();
    expectTypeOf<MatchingName<'receipts.*'>>().toEqualTypeOf<
      'receipts.create' | 'receipts.update' | 'receipts.delete'
    >();
    expectTypeOf<MatchingName<'it.fattureincloud.webhooks.taxes.*'>>().toEqualTypeOf<
      'taxes.create' | 'taxes.update' | 'taxes.delete'
    >();
  });

  test('* stands for one or more segments, as at run time', () => {
    expectTypeOf<'received_documents.e_invoices.receive'>().toExtend<MatchingName<'received_documents.*'>>();
    expectTypeOf<MatchingName<'cashbook.*.create'>>().toBeNever();
    expectTypeOf<MatchingName<'entities.clients.create.*'>>().toBeNever();
    expectTypeOf<MatchingName<'ent*.clients.create'>>().toBeNever();
    expectTypeOf<MatchingName<'*.*'>>().toEqualTypeOf<EventName>();
  });

  test('groups are matched by nothing', () => {
    expectTypeOf<Extract<EventName, EventGroupName>>().toBeNever();
    expectTypeOf<MatchingName<EventGroupName>>().toBeNever();
    expectTypeOf<MatchingName<'*.all.*'>>().toBeNever();
  });

  test('what matches nothing is a readable text in place of the pattern', () => {
    expectTypeOf<
      ValidPattern<'entities.client.create'>
    >().toEqualTypeOf<"'entities.client.create' matches no Fatture in Cloud event">();
    expectTypeOf<ValidPattern<'entities.*'>>().toEqualTypeOf<'entities.*'>();
    expectTypeOf<ValidPattern<string>>().toEqualTypeOf<string>();
    expectTypeOf<FicEvent<'entities.client.create'>>().toBeNever();
  });

  test('the default and * hold the unknown events, other patterns do not', () => {
    expectTypeOf<FicEvent>().toEqualTypeOf<FicEvent<'*'>>();
    expectTypeOf<UnknownFicEvent>().toExtend<FicEvent>();
    expectTypeOf<Extract<FicEvent<'*.*'>, UnknownFicEvent>>().toBeNever();
  });
});

describe('discrimination by name', () => {
  test('resource, action, type and ids follow the name', () => {
    if (event.name === 'entities.clients.create') {
      expectTypeOf(event).toEqualTypeOf<ListedEvent<'entities.clients.create'>>();
      expectTypeOf(event.resource).toEqualTypeOf<'entities.clients'>();
      expectTypeOf(event.action).toEqualTypeOf<'create'>();
      expectTypeOf(event.type).toEqualTypeOf<'it.fattureincloud.webhooks.entities.clients.create'>();
      expectTypeOf(event.ids).toEqualTypeOf<readonly number[]>();
      expectTypeOf(event.companyId).toEqualTypeOf<number>();
    }
  });

  test('unknown events do not pollute it', () => {
    switch (event.name) {
      case 'cashbook.create':
        expectTypeOf(event.ids).toEqualTypeOf<readonly string[]>();
        break;
      case 'received_documents.e_invoices.receive':
        expectTypeOf(event.resource).toEqualTypeOf<'received_documents.e_invoices'>();
        expectTypeOf(event.action).toEqualTypeOf<'receive'>();
        break;
      case 'subscriptions.welcome':
        expectTypeOf(event).toEqualTypeOf<ListedEvent<'subscriptions.welcome'>>();
        break;
      default:
        expectTypeOf<UnknownFicEvent>().toExtend<typeof event>();
    }
  });

  test('cashbook ids are texts, all others numbers', () => {
    expectTypeOf<FicEvent<'cashbook.*'>['ids']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<FicEvent<Exclude<EventName, `cashbook.${string}`>>['ids']>().toEqualTypeOf<
      readonly number[]
    >();
    expectTypeOf<FicEvent['ids']>().toEqualTypeOf<readonly number[] | readonly string[]>();
  });

  test('an unknown event may have no company, and its name is no plain text', () => {
    expectTypeOf<UnknownFicEvent['companyId']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<UnknownFicEvent['name']>().toEqualTypeOf<UnlistedName>();
    expectTypeOf<UnlistedName>().toExtend<string>();
  });

  test('one can go through all names and forget none', () => {
    const describeTax = (tax: FicEvent<'taxes.*'>): string => {
      switch (tax.name) {
        case 'taxes.create':
        case 'taxes.update':
        case 'taxes.delete':
          return tax.action;
      }
    };
    expectTypeOf(describeTax).returns.toBeString();
  });
});

test('nothing of an event can be changed', () => {
  const change = (one: FicEvent<'receipts.create'>) => {
    // @ts-expect-error read-only
    one.id = 'other';
    // @ts-expect-error read-only
    one.ids = [];
    // @ts-expect-error read-only
    one.ids.push(1);
    // @ts-expect-error read-only
    one.subject.kind = 'user';
  };
  expectTypeOf(change).toBeFunction();
});
