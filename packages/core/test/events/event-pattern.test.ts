import { describe, expect, test } from 'vitest';
import { eventGroupNames } from '../../src/events/event-names.generated.js';
import { matchEventNames } from '../../src/events/event-pattern.js';
import { eventNames, eventTypePrefix, FicWebhooksError } from '../../src/index.js';

const endingWith = (end: string, start = '') =>
  eventNames.filter((name) => name.startsWith(start) && name.endsWith(end));

describe('names', () => {
  test.each(eventNames.map((name) => [name]))('%s matches itself alone, short and in full', (name) => {
    expect(matchEventNames(name)).toEqual([name]);
    expect(matchEventNames(eventTypePrefix + name)).toEqual([name]);
  });

  test.each(eventGroupNames.map((name) => [name]))(
    '%s is a group: refused, with the pattern to use',
    (name) => {
      for (const pattern of [name, eventTypePrefix + name]) {
        expect(() => matchEventNames(pattern)).toThrow(/is a group/);
        expect(() => matchEventNames(pattern)).toThrow(FicWebhooksError);
      }
      const suggested = `${name.split('.')[0]}.*.${name.split('.')[2]}`;
      expect(() => matchEventNames(name)).toThrow(`'${suggested}'`);
      expect(matchEventNames(suggested).length).toBeGreaterThan(1);
    },
  );
});

describe('patterns: * is one or more segments', () => {
  test.each([
    ['*', [...eventNames]],
    ['*.*', [...eventNames]],
    ['entities.*', endingWith('', 'entities.')],
    ['entities.*.delete', ['entities.clients.delete', 'entities.suppliers.delete']],
    ['entities.clients.*', endingWith('', 'entities.clients.')],
    ['*.create', endingWith('.create')],
    ['*.clients.*', endingWith('', 'entities.clients.')],
    ['received_documents.*', endingWith('', 'received_documents.')],
    ['*.receive', ['received_documents.e_invoices.receive']],
    ['receipts.*', ['receipts.create', 'receipts.update', 'receipts.delete']],
    ['*.receipts.*', endingWith('', 'issued_documents.receipts.')],
    ['*.*.email_sent', endingWith('.email_sent')],
    ['*.*.*', eventNames.filter((name) => name.split('.').length >= 3)],
    [`${eventTypePrefix}entities.*.create`, ['entities.clients.create', 'entities.suppliers.create']],
    ['subscriptions.*', ['subscriptions.welcome']],
  ])('%s', (pattern, expected) => {
    expect(expected.length).toBeGreaterThan(0);
    expect([...matchEventNames(pattern)]).toEqual(expected);
  });

  test('it takes two segments where a name has them: one segment of the pattern, two of the name', () => {
    expect(matchEventNames('received_documents.*')).toContain('received_documents.e_invoices.receive');
    expect(matchEventNames('received_documents.*')).toContain('received_documents.create');
  });

  test('no pattern yields a group', () => {
    const groups: readonly string[] = eventGroupNames;
    for (const pattern of [
      '*',
      'entities.*',
      '*.create',
      'issued_documents.*.create',
      '*.*.*',
      '*.all.*',
    ].slice(0, 5)) {
      expect(matchEventNames(pattern).filter((name) => groups.includes(name))).toEqual([]);
    }
    expect(() => matchEventNames('*.all.*')).toThrow(/matches no/);
  });
});

describe('what matches nothing is refused, with a hint', () => {
  test.each([
    ['entities.client.create', "Did you mean 'entities.clients.create'?"],
    ['entity.clients.create', "Did you mean 'entities.clients.create'?"],
    ['Entities.Clients.Create', "Did you mean 'entities.clients.create'?"],
    ['issued_document.invoices.create', "Did you mean 'issued_documents.invoices.create'?"],
    ['products.stock_updated', "Did you mean 'products.stock_update'?"],
    ['it.fattureincloud.webhooks.receipts.created', "Did you mean 'receipts.create'?"],
    ['something.quite.different.from.all.that.exists', 'unlisted(name)'],
    ['', 'unlisted(name)'],
    ['entities', 'unlisted(name)'],
    ['*.', 'unlisted(name)'],
    ['.*', 'unlisted(name)'],
    ['entities..create', 'unlisted(name)'],
    ['entities.clients.create.*', 'unlisted(name)'],
    ['*.entities.clients.create', 'unlisted(name)'],
    ['cashbook.*.create', 'unlisted(name)'],
    ['ent*.clients.create', 'unlisted(name)'],
    ['entities.**', 'unlisted(name)'],
    ['constructor', 'unlisted(name)'],
    ['__proto__', 'unlisted(name)'],
  ])('%s', (pattern, hint) => {
    let error: unknown;
    try {
      matchEventNames(pattern);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FicWebhooksError);
    expect(error).toMatchObject({
      code: 'event-name-unknown',
      message: expect.stringContaining(`'${pattern}'`),
    });
    expect((error as Error).message).toContain(hint);
  });

  test('a long hostile pattern ends in good time', () => {
    const started = performance.now();
    expect(() => matchEventNames(`${'*.'.repeat(200)}x`)).toThrow(/matches no/);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
