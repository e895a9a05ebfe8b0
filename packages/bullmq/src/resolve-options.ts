import { type FicWebhooksErrorCode, InvalidOptionError } from '@fic-webhooks/core';
import { isPgPool, type PgPool, type PostgresPoolConfig } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import type { BullmqInboxConnection, BullmqInboxOptions } from './bullmq-inbox-options.js';

/** What both back ends need to know. */
interface QueueSettings {
  readonly queue: string;
  readonly strict: boolean;
  /** Seconds. */
  readonly keepCompleted: number;
}

/** Options as the inbox uses them: checked, and with every default in its place. */
export type ResolvedOptions = QueueSettings &
  (
    | {
        readonly backend: 'redis';
        readonly connection: string | RedisOptions | Redis;
        readonly prefix: string;
      }
    | {
        readonly backend: 'postgres';
        readonly connection: string | PostgresPoolConfig | PgPool;
        readonly schema: string;
        readonly migrate: boolean;
      }
  );

const optionNames = [
  'connection',
  'backend',
  'queue',
  'prefix',
  'schema',
  'migrate',
  'durability',
  'keepCompleted',
];

/**
 * Checks the options of an inbox.
 *
 * @throws InvalidOptionError that names the option and the fix.
 */
export function resolveOptions(options: BullmqInboxOptions): ResolvedOptions {
  const given: Partial<BullmqInboxOptions> = typeof options === 'object' && options !== null ? options : {};
  for (const name of Object.keys(given)) {
    if (optionNames.includes(name)) continue;
    throw invalid(
      name,
      `There is no option ${name}. The options are: ${optionNames.join(', ')}.`,
      'option-unknown',
    );
  }
  const { queue = 'fic-webhooks', durability = 'strict' } = given;
  const connection = readConnection(given.connection);
  const backend = readBackend(connection, given.backend);
  const { keepCompleted = backend === 'redis' ? 3_600_000 : 600_000 } = given;
  // https://docs.bullmq.io/guide/queues: the name becomes a part of the keys.
  if (typeof queue !== 'string' || queue === '' || queue.includes(':')) {
    throw invalid('queue', "queue must be a name without a colon, such as 'fic-webhooks'.");
  }
  if (durability !== 'strict' && durability !== 'relaxed') {
    throw invalid('durability', "durability must be 'strict' or 'relaxed'.");
  }
  if (typeof keepCompleted !== 'number' || !(keepCompleted >= 0) || keepCompleted > 2 ** 31 * 1_000) {
    throw invalid('keepCompleted', 'keepCompleted must be a number of milliseconds from 0, such as 3600000.');
  }
  const settings = {
    queue,
    strict: durability === 'strict',
    keepCompleted: Math.ceil(keepCompleted / 1_000),
  };
  return backend === 'redis'
    ? { ...settings, backend, ...readRedis(connection, given) }
    : { ...settings, backend, ...readPostgres(connection, given) };
}

function readConnection(connection: BullmqInboxConnection | undefined): BullmqInboxConnection {
  if (connection === undefined || connection === null || connection === '') {
    throw invalid(
      'connection',
      'connection is missing. Give the URL of Redis or of PostgreSQL: ' +
        "bullmqInbox({ connection: 'redis://localhost:6379' }). From the environment, check that the variable is set.",
    );
  }
  if (typeof connection === 'string') {
    // Without the text: a URL may hold a password.
    if (!/^(?:rediss?|postgres(?:ql)?):\/\//.test(connection) || !URL.canParse(connection)) {
      throw invalid(
        'connection',
        'connection is a text that is no redis://, rediss:// or postgres:// URL. Write ' +
          'redis://user:password@host:6379/0 or postgres://user:password@host:5432/database; special characters in the ' +
          'password must be percent-encoded.',
      );
    }
  } else if (typeof connection !== 'object') {
    throw invalid(
      'connection',
      `connection must be a URL, options or a client of ioredis, or options or a pool of pg. It is ${typeof connection}.`,
    );
  }
  return connection;
}

function readBackend(
  connection: BullmqInboxConnection,
  backend: BullmqInboxOptions['backend'],
): 'redis' | 'postgres' {
  if (backend !== undefined && backend !== 'redis' && backend !== 'postgres') {
    throw invalid('backend', "backend must be 'redis' or 'postgres'. Leave it out with a URL.");
  }
  const told = tellBackend(connection);
  if (told !== undefined && backend !== undefined && told !== backend) {
    throw invalid(
      'backend',
      `backend is '${backend}', and connection leads to ${told}. Leave backend out, or mend connection.`,
    );
  }
  return backend ?? told ?? 'redis';
}

function tellBackend(connection: BullmqInboxConnection): 'redis' | 'postgres' | undefined {
  if (typeof connection === 'string') return connection.startsWith('redis') ? 'redis' : 'postgres';
  if (isRedisClient(connection)) return 'redis';
  if (isPgPool(connection)) return 'postgres';
  return 'connectionString' in connection ? 'postgres' : undefined;
}

/** Not by class: it may be of another copy of ioredis. */
export function isRedisClient(connection: object): connection is Redis {
  return 'defineCommand' in connection && typeof connection.defineCommand === 'function';
}

function readRedis(connection: BullmqInboxConnection, given: Partial<BullmqInboxOptions>) {
  refuse(given, ['schema', 'migrate'], 'PostgreSQL');
  const { prefix = 'bull' } = given;
  if (typeof prefix !== 'string' || prefix === '') {
    throw invalid('prefix', "prefix must be a text that is not empty, such as 'bull'.");
  }
  const where = connection as string | RedisOptions | Redis;
  if (typeof where === 'object' && 'isCluster' in where && where.isCluster) {
    throw invalid(
      'connection',
      'connection is a Redis cluster, which the inbox does not work on. Give a single Redis, one behind Sentinel, or ' +
        'PostgreSQL.',
    );
  }
  const options = typeof where === 'object' && isRedisClient(where) ? where.options : where;
  if (typeof options === 'object' && options.keyPrefix) {
    throw invalid(
      'connection',
      'connection has a keyPrefix, which BullMQ cannot work with. Take it away, and use the option prefix.',
    );
  }
  return { connection: where, prefix };
}

function readPostgres(connection: BullmqInboxConnection, given: Partial<BullmqInboxOptions>) {
  refuse(given, ['prefix'], 'Redis');
  const { schema = 'bullmq', migrate = true } = given;
  if (typeof schema !== 'string' || !/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(schema)) {
    throw invalid(
      'schema',
      'schema must be a plain name: a letter or _, then letters, digits, _ and $, 63 at most.',
    );
  }
  if (typeof migrate !== 'boolean') throw invalid('migrate', 'migrate must be true or false.');
  const where = connection as string | PostgresPoolConfig | PgPool;
  if (schema !== 'bullmq' && isPgPool(where)) {
    throw invalid(
      'schema',
      "schema can only be 'bullmq' with a pool: BullMQ looks nowhere else then. Give a URL or options instead of the pool.",
    );
  }
  return { connection: where, schema, migrate };
}

function refuse(
  given: Partial<BullmqInboxOptions>,
  names: readonly (keyof BullmqInboxOptions)[],
  of: string,
): void {
  for (const name of names) {
    if (given[name] === undefined) continue;
    throw invalid(name, `${name} is an option for ${of}, and connection leads elsewhere. Leave it out.`);
  }
}

function invalid(
  option: string,
  message: string,
  code: FicWebhooksErrorCode = 'option-invalid',
): InvalidOptionError {
  return new InvalidOptionError(code, option, message);
}
