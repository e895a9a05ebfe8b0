import { InvalidOptionError } from '@fic-webhooks/core';
import { expect, test } from 'vitest';
import { type RedisStoreOptions, redisStore } from '../src/index.js';

const connection = 'redis://127.0.0.1:1';

test.each([
  ['nothing', undefined, 'connection', 'option-invalid', /connection is missing/],
  ['no connection', {}, 'connection', 'option-invalid', /connection is missing/],
  ['an empty connection', { connection: '' }, 'connection', 'option-invalid', /variable is set/],
  ['a host name', { connection: 'localhost' }, 'connection', 'option-invalid', /redis:\/\//],
  ['another scheme', { connection: 'http://localhost' }, 'connection', 'option-invalid', /redis:\/\//],
  ['a number', { connection: 6379 }, 'connection', 'option-invalid', /It is number/],
  ['an empty prefix', { connection, prefix: '' }, 'prefix', 'option-invalid', /not empty/],
  ['no time', { connection, answerWithin: 0 }, 'answerWithin', 'option-invalid', /milliseconds/],
  [
    'a time that is none',
    { connection, answerWithin: Number.NaN },
    'answerWithin',
    'option-invalid',
    /milliseconds/,
  ],
  ['half a logger', { connection, logger: { warn() {} } }, 'logger', 'option-invalid', /console/],
  ['an unknown name', { connection, keyPrefix: 'x' }, 'keyPrefix', 'option-unknown', /prefix/],
])('%s is refused', (_what, options, option, code, message) => {
  let caught: unknown;
  try {
    redisStore(options as unknown as RedisStoreOptions);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(InvalidOptionError);
  expect(caught).toMatchObject({ option, code, message: expect.stringMatching(message) });
});

test('a URL that cannot be read is refused without being shown', () => {
  expect(() => redisStore({ connection: 'redis://:sec#ret:x@:99999999/' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('sec') }),
  );
});
