import { describe, expect, test } from 'vitest';
import { eventCatalogue } from '../../src/catalogue/index.js';
import { expandTypes, InvalidOptionError, requiredScopes } from '../../src/subscriptions/index.js';

const prefix = 'it.fattureincloud.webhooks.';

describe('expandTypes', () => {
  test.each([
    [['entities.clients.create'], ['entities.clients.create']],
    [[`${prefix}entities.clients.create`, 'entities.clients.create'], ['entities.clients.create']],
    [['entities.all.delete'], ['entities.clients.delete', 'entities.suppliers.delete']],
    [[`${prefix}entities.*.create`], ['entities.clients.create', 'entities.suppliers.create']],
    [[], []],
  ])('%j', (types, expected) => {
    expect(expandTypes(types)).toEqual(expected.map((name) => prefix + name));
  });

  test("'*' is everything that is really sent, and nothing else", () => {
    const live = eventCatalogue.filter(({ kind, dead }) => kind === 'event' && !dead);
    expect(expandTypes(['*'])).toEqual(live.map(({ type }) => type));
  });

  test.each(['entities.leads.create', `${prefix}entities.leads.create`])('%s when it is allowed', (type) => {
    expect(expandTypes([type], { allowUnknownTypes: true })).toEqual([`${prefix}entities.leads.create`]);
  });

  test.each(['', 'a', 'a b.c', 'entities.*x', 'x.*', 'a..b', '.a', 'ü.b'])('%j never', (type) => {
    expect(() => expandTypes([type], { allowUnknownTypes: true })).toThrow(InvalidOptionError);
  });
});

test.each([undefined, 'entities.*', [5]])('%j is no list of texts', (types) => {
  expect(() => expandTypes(types as never)).toThrow('types must be a list of texts');
});

describe('requiredScopes', () => {
  test.each([
    [['products.stock_update'], ['products:r', 'stock:r']],
    [['entities.*'], ['entity.clients:r', 'entity.suppliers:r']],
    [
      ['entities.all.create', 'entities.clients.create'],
      ['entity.clients:r', 'entity.suppliers:r'],
    ],
    [['issued_documents.self_own_invoices.create'], ['issued_documents.self_invoices:r']],
    [[], []],
  ])('%j', (types, scopes) => {
    expect(requiredScopes(types)).toEqual(scopes);
  });

  test('of every type: those of the catalogue, sorted', () => {
    const all = new Set(eventCatalogue.filter(({ dead }) => !dead).flatMap(({ scopes }) => scopes));
    expect(requiredScopes(['*'])).toEqual([...all].sort());
  });

  test('of a group they are those of its types', () => {
    for (const { name, kind, scopes } of eventCatalogue) {
      if (kind === 'group') expect(requiredScopes([name])).toEqual([...scopes].sort());
    }
  });

  test.each(['entities.client.create', 'issued_documents.self_invoices.create', 'subscriptions.welcome'])(
    '%s throws',
    (type) => {
      expect(() => requiredScopes([type])).toThrow(InvalidOptionError);
    },
  );
});
