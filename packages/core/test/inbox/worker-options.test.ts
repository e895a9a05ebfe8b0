import { memoryInbox } from '@fic-webhooks/testing';
import { describe, expect, test } from 'vitest';
import { delayAfter } from '../../src/inbox/backoff.js';
import { resolveWorkerOptions } from '../../src/inbox/resolve-worker-options.js';
import { InvalidOptionError, memoryStore } from '../../src/index.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';

function errorFor(options: object): InvalidOptionError {
  try {
    createRecordingReceiver({ inbox: memoryInbox(), ...options });
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the options of the worker', () => {
  test.each<[string, unknown, string, string, RegExp]>([
    ['true', true, 'option-invalid', 'worker', /object or false. It is boolean/],
    ['null', null, 'option-invalid', 'worker', /It is null/],
    ['a number', 4, 'option-invalid', 'worker', /It is 4/],
    [
      'no events at once',
      { concurrency: 0 },
      'option-invalid',
      'worker.concurrency',
      /from 1 to 1000\. It is 0/,
    ],
    ['too many at once', { concurrency: 1_001 }, 'option-invalid', 'worker.concurrency', /1000/],
    ['half an event', { concurrency: 1.5 }, 'option-invalid', 'worker.concurrency', /whole number/],
    ['a text', { concurrency: '4' }, 'option-invalid', 'worker.concurrency', /It is string/],
    ['no attempt', { attempts: 0 }, 'option-invalid', 'worker.attempts', /from 1/],
    [
      'attempts without an end',
      { attempts: Number.POSITIVE_INFINITY },
      'option-invalid',
      'worker.attempts',
      /to 1000000/,
    ],
    ['no crash', { crashes: 0 }, 'option-invalid', 'worker.crashes', /from 1/],
    ['no delay', { firstDelay: 0 }, 'option-invalid', 'worker.firstDelay', /from 1/],
    ['NaN', { longestDelay: Number.NaN }, 'option-invalid', 'worker.longestDelay', /NaN/],
    ['longer than a timer', { longestDelay: 2 ** 31 }, 'option-invalid', 'worker.longestDelay', /2147483647/],
    ['a lease that no store can renew in time', { lease: 99 }, 'option-invalid', 'worker.lease', /from 100/],
    [
      'a typo',
      { concurency: 4 },
      'option-unknown',
      'worker.concurency',
      /Did you mean worker\.concurrency\?/,
    ],
    ['nothing like it', { colour: 4 }, 'option-unknown', 'worker.colour', /The options are: concurrency, /],
  ])('%s', (_, worker, code, option, message) => {
    const error = errorFor({ worker });
    expect({ code: error.code, option: error.option }).toEqual({ code, option });
    expect(error.message).toMatch(message);
  });

  test.each([[undefined], [false], [{}], [{ concurrency: undefined }]] as const)(
    '%j stands for the defaults',
    (worker) => {
      expect(resolveWorkerOptions(worker as never)).toEqual({
        concurrency: 4,
        attempts: 20,
        crashes: 5,
        firstDelay: 1_000,
        longestDelay: 3_600_000,
        lease: 15_000,
      });
    },
  );

  test('what is given stands', () => {
    const worker = { concurrency: 1, attempts: 1, crashes: 1, firstDelay: 1, longestDelay: 1, lease: 100 };
    expect(resolveWorkerOptions(worker)).toEqual(worker);
  });

  test('an inbox and a store contradict each other', () => {
    expect(errorFor({ idempotency: memoryStore() }).code).toBe('inbox-with-idempotency');
    expect(errorFor({ idempotency: false }).code).toBe('inbox-with-idempotency');
  });

  test('an inbox without dead letters is none', () => {
    const { message } = errorFor({ inbox: { ...memoryInbox(), deadLetters: undefined } });
    expect(message).toContain('deadLetters.list, deadLetters.retry, deadLetters.discard');
  });
});

describe('the time until the next attempt', () => {
  const limits = { firstDelay: 1_000, longestDelay: 60_000 };
  const many = (failures: number) => Array.from({ length: 2_000 }, () => delayAfter(failures, limits));

  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [50, 60_000],
    [5_000, 60_000],
  ])('after %i failures: from half of %i ms to all of it', (failures, full) => {
    const delays = many(failures);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(full / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(full);
    // Spread over all of that: with 2,000 draws a tenth is left out with a chance of 10^-91.
    expect(Math.min(...delays)).toBeLessThan(full * 0.55);
    expect(Math.max(...delays)).toBeGreaterThan(full * 0.95);
    expect(delays.every(Number.isInteger)).toBe(true);
  });

  test('the default attempts take about six hours', () => {
    const { attempts, ...defaults } = resolveWorkerOptions(undefined);
    const total = () => {
      let sum = 0;
      for (let failures = 1; failures < attempts; failures++) sum += delayAfter(failures, defaults);
      return sum / 3_600_000;
    };
    const totals = Array.from({ length: 500 }, total);
    const mean = totals.reduce((sum, one) => sum + one) / totals.length;
    expect(mean).toBeGreaterThan(5.5);
    expect(mean).toBeLessThan(6.7);
  });
});
