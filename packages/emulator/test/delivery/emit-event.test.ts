import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmulatorError } from '../../src/emulator-error.js';
import { emitEvent } from '../../src/events/emit-event.js';
import { resolveOptions } from '../../src/options/resolve-options.js';
import { companyId, startEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';

const type = 'entities.clients.create';

function messageOf(work: () => unknown): EmulatorError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EmulatorError);
    return error as EmulatorError;
  }
  throw new Error('It was accepted.');
}

test.each<[object, string, string]>([
  [{ type: 'entities.client.create' }, 'type', 'Did you mean "entities.clients.create"?'],
  [
    { type: 'it.fattureincloud.webhooks.entities.clients.creat' },
    'type',
    'Did you mean "entities.clients.create"?',
  ],
  [{ type: 'nothing like it at all' }, 'type', 'unlisted'],
  [{ type: 'entities.all.create' }, 'type', 'emit one of its single types'],
  [{ type: 'subscriptions.welcome' }, 'type', 'after each verification'],
  [{ type: '' }, 'type', 'Too small'],
  [{ type: '\ud800', unlisted: true }, 'type', 'Unicode'],
  [{ companyId: '1' }, 'companyId', 'expected number'],
  [{ companyId: 0 }, 'companyId', '>0'],
  [{ companyID: 1 }, 'companyID', 'Did you mean "companyId"?'],
  [{ ids: [1.5] }, 'ids.0', 'Invalid input'],
  [{ ids: 7 }, 'ids', 'expected array'],
  [{ mode: 'binnary' }, 'mode', 'Did you mean "binary"?'],
  [{ faults: ['delays'] }, 'faults.0', 'Did you mean "delay"?'],
  [{ faults: ['api-error'] }, 'faults.0', 'expected one of'],
  [{ ids: [1, {}] }, 'ids.1', 'expected number or string.'],
  [{ ids: ['x'.repeat(201)] }, 'ids.0', '<=200'],
  [{ companyId: undefined, companyid: 1 }, 'companyid', 'Did you mean "companyId"?'],
])('%j: names %s', (change, field, message) => {
  const { service } = startEngine();
  const error = messageOf(() => emitEvent(service, { companyId, type, ...change }));
  expect(error).toMatchObject({ code: 'event-invalid', field });
  expect(error.message).toContain(message);
  expect(error.message.startsWith(`${field}: `)).toBe(true);
});

test.each<[object, string, string]>([
  [{ ports: 1 }, 'ports', 'Did you mean "port"?'],
  [{ port: 70_000 }, 'port', '<=65535'],
  [{ clock: 'manuel' }, 'clock', 'Did you mean "manual"?'],
  [{ behaviour: { onTimeouts: 'dropped' } }, 'behaviour.onTimeouts', 'Did you mean "onTimeout"?'],
  [{ behaviour: { onTimeout: 'droped' } }, 'behaviour.onTimeout', 'Did you mean "dropped"?'],
  [{ behaviour: { retryIntervals: [1, 2] } }, 'behaviour.retryIntervals', 'Too small'],
  [{ applications: [] }, 'applications', 'Too small'],
  [
    { applications: [{ id: 1, accesToken: 'a' }] },
    'applications.0.accesToken',
    'Did you mean "accessToken"?',
  ],
  [{ applications: [{ id: 1 }] }, 'applications.0.accessToken', 'expected string'],
  [
    { applications: [{ id: 1, accessToken: 'a', disable: true }] },
    'applications.0.disable',
    'Did you mean "disabled"?',
  ],
  [{ keepDeliveries: 0 }, 'keepDeliveries', '>=1'],
  [{ keepBytes: 999_999 }, 'keepBytes', '>=1000000'],
])('option %j: names %s', (options, field, message) => {
  const error = messageOf(() => resolveOptions(options));
  expect(error).toMatchObject({ code: 'option-invalid', field });
  expect(error.message).toContain(field);
  expect(error.message).toContain(message);
});

test('who gets an event, and why others do not', () => {
  const { service, subscribe } = startEngine();
  expect(emitEvent(service, { companyId, type })).toEqual({
    deliveries: [],
    notSent: [{ subscriptionId: null, why: `Company ${companyId} has no subscription.` }],
  });
  const gets = subscribe('http://127.0.0.1:1/a');
  const other = subscribe('http://127.0.0.1:1/b', { types: ['it.fattureincloud.webhooks.receipts.create'] });
  const waits = subscribe('http://127.0.0.1:1/c', { verified: false });
  subscribe('http://127.0.0.1:1/d', { companyId: 2 });
  const { deliveries, notSent } = emitEvent(service, { companyId, type });
  expect(deliveries.map(({ subscriptionId }) => subscriptionId)).toEqual([gets.id]);
  expect(notSent).toEqual([
    { subscriptionId: other.id, why: 'It does not list this type.' },
    { subscriptionId: waits.id, why: 'It is not verified.' },
  ]);
  expect(emitEvent(service, { companyId, type: 'brand.new', unlisted: true }).deliveries).toHaveLength(2);
});

test('a dead type is never sent', () => {
  const { service, subscribe } = startEngine();
  subscribe('http://127.0.0.1:1/a', {
    types: ['it.fattureincloud.webhooks.issued_documents.self_invoices.create'],
  });
  const { deliveries, notSent } = emitEvent(service, {
    companyId,
    type: 'issued_documents.self_invoices.create',
  });
  expect(deliveries).toEqual([]);
  expect(notSent[0]?.why).toContain('never sent');
});

test('whatever is accepted can be sent', async () => {
  const { url, received } = await startSink();
  const { engine, service, subscribe, warnings, deliveries } = startEngine();
  subscribe(url);
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.array(fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary' })), { maxLength: 5 }),
      fc.constantFrom('binary' as const, 'structured' as const),
      (anyType, ids, mode) => {
        try {
          accepted += emitEvent(service, { companyId, type: anyType, ids, mode, unlisted: true }).deliveries
            .length;
        } catch (error) {
          expect(error).toMatchObject({ code: 'event-invalid' });
        }
      },
    ),
    { seed: Number(process.env['FIC_SEED'] ?? 20_230_404), numRuns: 150 },
  );
  await engine.settled();
  expect(accepted).toBeGreaterThan(100);
  expect(received).toHaveLength(accepted);
  expect(warnings).toEqual([]);
  expect(deliveries().every(({ state }) => state === 'delivered')).toBe(true);
});
