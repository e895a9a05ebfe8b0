import { describe, expect, test } from 'vitest';
import {
  createReceiver,
  type IdempotencyStore,
  InvalidOptionError,
  isReceiver,
  memoryStore,
} from '../../src/index.js';

const good = { sink: 'https://example.com/webhooks/fic', applicationId: 1234, logger: false };

function create(changes: Readonly<Record<string, unknown>>): unknown {
  return createReceiver({ ...good, ...changes } as never);
}

function thrownBy(run: () => unknown): InvalidOptionError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    return error as InvalidOptionError;
  }
  throw new Error('nothing was thrown');
}

const store: IdempotencyStore = {
  claim: () => ({ state: 'busy' }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};

describe('options that are right', () => {
  test.each<[string, Record<string, unknown>]>([
    ['the least', {}],
    ['several sinks', { sink: ['https://a.example/x', 'https://b.example/y?z=1'] }],
    ['localhost', { sink: 'http://localhost:3000/fic' }],
    ['a name below localhost', { sink: 'http://app.localhost/fic' }],
    ['127.0.0.1', { sink: 'http://127.0.0.1:3000/fic' }],
    ['127.8.9.10', { sink: 'http://127.8.9.10/fic' }],
    ['::1', { sink: 'http://[::1]:3000/fic' }],
    ['plain HTTP, allowed', { sink: 'http://example.com/fic', allowHttpSink: true }],
    ['several applications', { applicationId: [1, 2] }],
    ['any application', { applicationId: 'any' }],
    [
      'undefined everywhere',
      {
        company: undefined,
        publicKeys: undefined,
        idempotency: undefined,
        inbox: undefined,
        logger: undefined,
        handlers: undefined,
        onAlert: undefined,
        answerWithin: undefined,
        worker: undefined,
      },
    ],
    ['no idempotency', { idempotency: false }],
    ['a store', { idempotency: store }],
    ['a memory store', { idempotency: memoryStore({ maxKeys: 1 }) }],
    ['callbacks', { company: () => 'accept', onAlert: () => {}, onError: () => {} }],
    ['the least numbers', { clockTolerance: 0, answerWithin: 1, handlerMaxRuntime: 1, bodyLimit: 1 }],
    ['the largest numbers', { clockTolerance: 2_147_483_647, answerWithin: 2_147_483_647 }],
    ['a logger', { logger: { warn() {}, error() {} } }],
    ['a function of keys, asked later', { publicKeys: () => 'no key' }],
  ])('%s', (_, changes) => {
    expect(isReceiver(create(changes))).toBe(true);
  });
});

describe('options that are wrong', () => {
  test.each<[string, Record<string, unknown>, string, string, RegExp]>([
    ['no sink', { sink: undefined }, 'sink-missing', 'sink', /Subscriptions API/],
    ['a null sink', { sink: null }, 'sink-missing', 'sink', /missing/],
    ['an empty sink', { sink: '' }, 'sink-missing', 'sink', /missing/],
    ['an empty list of sinks', { sink: [] }, 'sink-missing', 'sink', /missing/],
    ['a list with a hole', { sink: ['https://a.example/', undefined] }, 'sink-missing', 'sink', /missing/],
    ['a path', { sink: '/webhooks/fic' }, 'sink-invalid', 'sink', /absolute URL/],
    ['a host', { sink: 'example.com/fic' }, 'sink-invalid', 'sink', /absolute URL/],
    ['another scheme', { sink: 'ftp://example.com/fic' }, 'sink-invalid', 'sink', /absolute URL/],
    ['a number', { sink: 5 }, 'sink-invalid', 'sink', /absolute URL/],
    ['an object', { sink: {} }, 'sink-invalid', 'sink', /absolute URL/],
    ['plain HTTP', { sink: 'http://example.com/fic' }, 'sink-insecure', 'sink', /allowHttpSink/],
    [
      'plain HTTP in a list',
      { sink: ['https://a.example/', 'http://b.example/'] },
      'sink-insecure',
      'sink',
      /b\.example/,
    ],
    [
      'a name that begins like loopback',
      { sink: 'http://127.0.0.1.evil.example/' },
      'sink-insecure',
      'sink',
      /evil/,
    ],
    ['a name that ends like loopback', { sink: 'http://notlocalhost/' }, 'sink-insecure', 'sink', /https/],
    [
      'a truthy allowHttpSink',
      { sink: 'http://example.com/', allowHttpSink: 'yes' },
      'sink-insecure',
      'sink',
      /https/,
    ],
    [
      'no application',
      { applicationId: undefined },
      'application-id-missing',
      'applicationId',
      /one key signs for all/,
    ],
    ['a null application', { applicationId: null }, 'application-id-missing', 'applicationId', /missing/],
    [
      'an empty list of applications',
      { applicationId: [] },
      'application-id-missing',
      'applicationId',
      /missing/,
    ],
    ['a text', { applicationId: '1234' }, 'application-id-invalid', 'applicationId', /Number\(process\.env/],
    [
      'an environment variable that is not set',
      { applicationId: Number('undefined') },
      'application-id-invalid',
      'applicationId',
      /NaN is not a positive whole number/,
    ],
    ['zero', { applicationId: 0 }, 'application-id-invalid', 'applicationId', /positive/],
    ['a fraction', { applicationId: 1.5 }, 'application-id-invalid', 'applicationId', /1\.5/],
    ['a list with a text', { applicationId: [1, 'x'] }, 'application-id-invalid', 'applicationId', /"x"/],
    ['any in a list', { applicationId: ['any'] }, 'application-id-invalid', 'applicationId', /any/],
    ['a symbol', { applicationId: Symbol('id') }, 'application-id-invalid', 'applicationId', /Symbol/],
    ['a bad key', { publicKeys: 'no key' }, 'public-keys-invalid', 'publicKeys', /PEM/],
    ['no keys', { publicKeys: [] }, 'public-keys-invalid', 'publicKeys', /empty list/],
    ['a negative tolerance', { clockTolerance: -1 }, 'option-invalid', 'clockTolerance', /number from 0/],
    [
      'a tolerance that is no number',
      { clockTolerance: Number.NaN },
      'option-invalid',
      'clockTolerance',
      /number/,
    ],
    [
      'an endless tolerance',
      { clockTolerance: Number.POSITIVE_INFINITY },
      'option-invalid',
      'clockTolerance',
      /number/,
    ],
    ['a text as a duration', { answerWithin: '3s' }, 'option-invalid', 'answerWithin', /number from 1/],
    ['no time to answer', { answerWithin: 0 }, 'option-invalid', 'answerWithin', /number from 1/],
    ['longer than a timer', { answerWithin: 2 ** 31 }, 'option-invalid', 'answerWithin', /2147483647/],
    ['no time to run', { handlerMaxRuntime: 0 }, 'option-invalid', 'handlerMaxRuntime', /number/],
    ['no body', { bodyLimit: 0 }, 'option-invalid', 'bodyLimit', /number/],
    ['a size as text', { bodyLimit: '4mb' }, 'option-invalid', 'bodyLimit', /number/],
    ['true as a store', { idempotency: true }, 'option-invalid', 'idempotency', /memoryStore\(\)/],
    ['null as a store', { idempotency: null }, 'option-invalid', 'idempotency', /false/],
    ['half a store', { idempotency: { claim() {}, release() {} } }, 'option-invalid', 'idempotency', /store/],
    ['memoryStore itself', { idempotency: memoryStore }, 'option-invalid', 'idempotency', /memoryStore\(\)/],
    [
      'a logger without error()',
      { logger: { warn() {} } },
      'option-invalid',
      'logger',
      /warn\(\) and error\(\)/,
    ],
    ['true as a logger', { logger: true }, 'option-invalid', 'logger', /console/],
    ['null as a logger', { logger: null }, 'option-invalid', 'logger', /console/],
    ['a company that is no function', { company: 5 }, 'option-invalid', 'company', /function/],
    ['onAlert that is no function', { onAlert: {} }, 'option-invalid', 'onAlert', /function/],
    ['onError that is no function', { onError: 'x' }, 'option-invalid', 'onError', /function/],
    [
      'an inbox and a store',
      { inbox: {}, idempotency: memoryStore() },
      'inbox-with-idempotency',
      'inbox',
      /leave idempotency out/,
    ],
    [
      'half an inbox',
      { inbox: { put() {} } },
      'option-invalid',
      'inbox',
      /without ready, bury, .*deadLetters\.list/,
    ],
    ['the maker of an inbox', { inbox: memoryStore }, 'option-invalid', 'inbox', /sqliteInbox\(\{ file \}\)/],
    ['null as an inbox', { inbox: null }, 'option-invalid', 'inbox', /null/],
    ['a worker without an inbox', { worker: {} }, 'option-invalid', 'worker', /Give an inbox/],
    ['no worker without an inbox', { worker: false }, 'option-invalid', 'worker', /Give an inbox/],
    ['a typo', { publicKey: 'x' }, 'option-unknown', 'publicKey', /Did you mean publicKeys\?/],
    [
      'a typo in another case',
      { applicationID: 5 },
      'option-unknown',
      'applicationID',
      /Did you mean applicationId\?/,
    ],
    ['another typo', { handler: {} }, 'option-unknown', 'handler', /Did you mean handlers\?/],
    [
      'nothing like it',
      { favouriteColour: 'x' },
      'option-unknown',
      'favouriteColour',
      /The options are: sink, /,
    ],
  ])('%s', (_, changes, code, option, message) => {
    const error = thrownBy(() => create(changes));
    expect({ code: error.code, option: error.option }).toEqual({ code, option });
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeGreaterThan(30);
  });

  test.each([[undefined], [null], [5], ['https://example.com'], [{}]])(
    '%s in place of options',
    (options) => {
      expect(thrownBy(() => createReceiver(options as never))).toMatchObject({
        code: 'sink-missing',
        option: 'sink',
      });
    },
  );

  test('no hint for what is not near', () => {
    expect(thrownBy(() => create({ favouriteColour: 1 })).message).not.toContain('Did you mean');
  });
});

test.each([[0], [-1], [1.5], [Number.NaN], ['5']])('memoryStore({ maxKeys: %s }) is refused', (maxKeys) => {
  expect(() => memoryStore({ maxKeys } as never)).toThrow(
    expect.objectContaining({ code: 'option-invalid' }),
  );
});
