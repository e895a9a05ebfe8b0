import { afterEach, describe, expect, test, vi } from 'vitest';
import { findNearest } from '../../src/errors/find-nearest.js';
import type * as core from '../../src/index.js';
import {
  createReceiver,
  FicWebhooksError,
  InvalidOptionError,
  isReceiver,
  resolveReceiver,
} from '../../src/index.js';

const sink = 'https://example.com/webhooks/fic';
const options = { sink, applicationId: 1234 } as const;

afterEach(() => {
  vi.resetModules();
});

/** The package as a second copy of it would be loaded: other classes, the same registered symbols. */
async function loadSecondCopy(): Promise<typeof core> {
  vi.resetModules();
  const copy = await import('../../src/index.js');
  expect(copy.FicWebhooksError).not.toBe(FicWebhooksError);
  return copy;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('FicWebhooksError', () => {
  test('carries code, status and cause', () => {
    const cause = new Error('underneath');
    const error = new FicWebhooksError('store-full', 'Full.', { cause, status: 503 });
    expect(error).toMatchObject({
      name: 'FicWebhooksError',
      code: 'store-full',
      message: 'Full.',
      cause,
      status: 503,
    });
    expect(error).toBeInstanceOf(Error);
    const bare = new FicWebhooksError('store-full', 'Full.');
    expect('status' in bare).toBe(false);
    expect('cause' in bare).toBe(false);
    expect('cause' in new FicWebhooksError('store-full', 'Full.', { cause: undefined })).toBe(true);
  });

  test('instanceof: the class, its subclass, nothing else', () => {
    const base = new FicWebhooksError('store-full', 'Full.');
    const invalid = new InvalidOptionError('sink-missing', 'sink', 'Missing.', new Error('underneath'));
    expect(invalid).toBeInstanceOf(InvalidOptionError);
    expect(invalid).toBeInstanceOf(FicWebhooksError);
    expect(invalid).toMatchObject({
      name: 'InvalidOptionError',
      option: 'sink',
      cause: new Error('underneath'),
    });
    expect(base).not.toBeInstanceOf(InvalidOptionError);
    for (const other of [null, undefined, 'text', 5, {}, new Error('plain'), () => {}]) {
      expect(other instanceof FicWebhooksError).toBe(false);
      expect(other instanceof InvalidOptionError).toBe(false);
    }
  });

  test('a subclass of the user has the ordinary rule', () => {
    class OwnError extends FicWebhooksError {}
    const own = new OwnError('store-full', 'Full.');
    expect(own).toBeInstanceOf(OwnError);
    expect(own).toBeInstanceOf(FicWebhooksError);
    expect(new FicWebhooksError('store-full', 'Full.')).not.toBeInstanceOf(OwnError);
  });

  test('is known across two copies of the package', async () => {
    const copy = await loadSecondCopy();
    const error = thrownBy(() => copy.createReceiver({ applicationId: 1 } as never));
    expect(error).toBeInstanceOf(copy.InvalidOptionError);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toBeInstanceOf(FicWebhooksError);
    expect(new FicWebhooksError('store-full', 'Full.')).toBeInstanceOf(copy.FicWebhooksError);
    expect(new FicWebhooksError('store-full', 'Full.')).not.toBeInstanceOf(copy.InvalidOptionError);
  });
});

describe('the brand of receivers', () => {
  test('is known across two copies of the package', async () => {
    const copy = await loadSecondCopy();
    const receiver = createReceiver(options);
    expect(isReceiver(receiver)).toBe(true);
    expect(copy.isReceiver(receiver)).toBe(true);
    expect(isReceiver(copy.createReceiver(options))).toBe(true);
    expect(copy.resolveReceiver(receiver)).toBe(receiver);
  });

  test.each([[null], [undefined], ['receiver'], [5], [{}], [options], [() => {}], [{ handle() {} }]])(
    '%s has none',
    (value) => {
      expect(isReceiver(value)).toBe(false);
    },
  );

  test('it does not show', () => {
    const receiver = createReceiver(options);
    expect(Object.keys(receiver)).toEqual([
      'on',
      'onUnhandled',
      'handle',
      'verify',
      'ready',
      'work',
      'health',
      'close',
    ]);
    expect(isReceiver({ ...receiver })).toBe(false);
  });

  test('resolveReceiver gives a receiver back and makes one of options', () => {
    const receiver = createReceiver(options);
    expect(resolveReceiver(receiver)).toBe(receiver);
    expect(isReceiver(resolveReceiver(options))).toBe(true);
    expect(thrownBy(() => resolveReceiver({} as never))).toBeInstanceOf(InvalidOptionError);
  });
});

test.each([
  ['sinc', ['sink', 'logger'], 'sink'],
  ['SINK', ['sink', 'logger'], 'sink'],
  ['applicationID', ['applicationId', 'company'], 'applicationId'],
  ['loger', ['sink', 'logger'], 'logger'],
  ['xyz', ['sink', 'logger'], undefined],
  ['', ['sink'], undefined],
  ['sink', [], undefined],
  ['ab', ['abc', 'ab'], 'ab'],
])('nearest to %j', (text, candidates, expected) => {
  expect(findNearest(text, candidates)).toBe(expected);
});
