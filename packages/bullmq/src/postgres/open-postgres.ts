import { FicWebhooksError } from '@fic-webhooks/core';
import { isPgPool, type PgPool, PostgresConnection, type PostgresPoolConfig } from 'bullmq';
import { boundPool, queryWithin } from './bound-pool.js';

/** What may be chosen otherwise. `query_timeout` is pg's: the connection of a query that took longer is thrown away. */
const defaults: PostgresPoolConfig = {
  max: 10,
  connectionTimeoutMillis: 1_000,
  query_timeout: queryWithin,
  keepAlive: true,
  application_name: 'fic-webhooks',
};

/** Connections to PostgreSQL as BullMQ makes them, with a pool of their own unless a pool is given. */
export function openPostgres(
  connection: string | PostgresPoolConfig | PgPool,
  schema: string,
): PostgresConnection {
  if (isPgPool(connection)) return new PostgresConnection(boundPool(connection));
  const opened = connect(connection, schema);
  // A client that is checked out has no listener, and its connection can break: that must not end the process.
  opened.pool.on('connect', (client) => client.on('error', () => {}));
  return opened;
}

function connect(connection: string | PostgresPoolConfig, schema: string): PostgresConnection {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  try {
    return new PostgresConnection({ ...defaults, ...config, schema, migrate: false });
  } catch (cause) {
    throw new FicWebhooksError(
      'module-missing',
      'The package pg could not be loaded. The inbox needs it for PostgreSQL: npm install pg. In a bundle, give a pool ' +
        "as connection: new Pool({ connectionString, options: '-c search_path=bullmq' }).",
      { cause },
    );
  }
}

/** What to call it in messages: without user and password. */
export function describePostgres(connection: string | PostgresPoolConfig | PgPool): string {
  const config = readConfig(connection);
  const url = config.connectionString;
  if (url !== undefined && URL.canParse(url)) {
    const { hostname, port } = new URL(url);
    return `PostgreSQL at ${hostname || 'localhost'}:${port || 5432}`;
  }
  return `PostgreSQL at ${config.host ?? 'localhost'}:${config.port ?? 5432}`;
}

function readConfig(connection: string | PostgresPoolConfig | PgPool): PostgresPoolConfig {
  if (typeof connection === 'string') return { connectionString: connection };
  if (!isPgPool(connection)) return connection;
  return 'options' in connection ? (connection.options as PostgresPoolConfig) : {};
}
