import { type FicWebhooksErrorCode, InvalidOptionError, type Logger } from '@fic-webhooks/core';
import type { RedisStoreConnection, RedisStoreOptions } from './redis-store-options.js';

/** Options as the store uses them: checked, and with every default in its place. */
export interface ResolvedOptions {
  readonly connection: RedisStoreConnection;
  readonly prefix: string;
  readonly answerWithin: number;
  readonly logger: Logger | undefined;
}

const optionNames = ['connection', 'prefix', 'answerWithin', 'logger'];

/**
 * Checks the options of a store.
 *
 * @throws InvalidOptionError that names the option and the fix.
 */
export function resolveOptions(options: RedisStoreOptions): ResolvedOptions {
  const given: Partial<RedisStoreOptions> = typeof options === 'object' && options !== null ? options : {};
  for (const name of Object.keys(given)) {
    if (!optionNames.includes(name)) {
      throw invalid(
        name,
        `There is no option ${name}. The options are: ${optionNames.join(', ')}.`,
        'option-unknown',
      );
    }
  }
  const { connection, prefix = 'fic-webhooks:', answerWithin = 1_000, logger = console } = given;
  if (typeof prefix !== 'string' || prefix === '') {
    throw invalid('prefix', "prefix must be a text that is not empty, such as 'my-app:'.");
  }
  // A receiver answers within three seconds by default, and asks the store twice.
  if (typeof answerWithin !== 'number' || !(answerWithin >= 1 && answerWithin <= 60_000)) {
    throw invalid('answerWithin', 'answerWithin must be a number of milliseconds from 1 to 60000.');
  }
  if (logger !== false && (typeof logger?.warn !== 'function' || typeof logger.error !== 'function')) {
    throw invalid('logger', 'logger must be an object with warn() and error(), such as console, or false.');
  }
  return {
    connection: readConnection(connection),
    prefix,
    answerWithin,
    logger: logger === false ? undefined : logger,
  };
}

function readConnection(connection: RedisStoreConnection | undefined): RedisStoreConnection {
  if (connection === undefined || connection === null || connection === '') {
    throw invalid(
      'connection',
      'connection is missing. Give the URL of your Redis, options of ioredis, or a client of ioredis: ' +
        "redisStore({ connection: 'redis://localhost:6379' }). From the environment, check that the variable is set.",
    );
  }
  if (typeof connection === 'string') {
    // Without the text: a URL may hold a password.
    if (!/^rediss?:\/\//.test(connection) || !URL.canParse(connection)) {
      throw invalid(
        'connection',
        'connection is a text that is no redis:// or rediss:// URL. Write redis://user:password@host:6379/0; special ' +
          'characters in the password must be percent-encoded.',
      );
    }
  } else if (typeof connection !== 'object') {
    throw invalid(
      'connection',
      `connection must be a URL, options of ioredis or a client of ioredis. It is ${typeof connection}.`,
    );
  }
  return connection;
}

function invalid(
  option: string,
  message: string,
  code: FicWebhooksErrorCode = 'option-invalid',
): InvalidOptionError {
  return new InvalidOptionError(code, option, message);
}
