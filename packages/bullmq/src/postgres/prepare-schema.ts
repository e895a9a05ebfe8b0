import { FicWebhooksError } from '@fic-webhooks/core';
import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  type PgPool,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnsupportedPostgresVersionError,
} from 'bullmq';
import { boundClient } from './bound-pool.js';

/** Milliseconds for one query of a migration: an index on a large table takes a while. Events are answered 503 meanwhile. */
const migrateWithin = 60_000;

/** How to bring BullMQ's tables up to date. */
export interface SchemaOptions {
  readonly schema: string;
  readonly migrate: boolean;
  readonly place: string;
}

/**
 * Makes sure that BullMQ's tables are there.
 *
 * @throws FicWebhooksError `inbox-schema-newer`, or `option-invalid` when the tables are not there and may not be made.
 */
export async function prepareSchema(pool: PgPool, { schema, migrate, place }: SchemaOptions): Promise<void> {
  const client = await pool.connect();
  let failure: unknown;
  try {
    const version = await readVersion(client, schema);
    if (version >= LATEST_SCHEMA_VERSION) return;
    if (migrate) await runMigrations(boundClient(client, migrateWithin), schema);
    else if (version === 0) throw new SchemaMigrationRequiredError(schema);
  } catch (error) {
    failure = error;
    throw explain(error, { schema, migrate, place });
  } finally {
    client.release(failure !== undefined);
  }
}

async function readVersion(
  client: Parameters<typeof assertSchemaCompatibility>[0],
  schema: string,
): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, schema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError || hasState(error, '3F000')) return 0;
    throw error;
  }
}

function explain(error: unknown, { schema, migrate, place }: SchemaOptions): unknown {
  if (error instanceof SchemaVersionMismatchError) {
    return new FicWebhooksError(
      'inbox-schema-newer',
      `${place} holds tables of BullMQ ${error.databaseVersion} in the schema ${schema}, and this process has BullMQ ` +
        `${error.supportedVersion}, which does not know them. Nothing was changed. Install the newer BullMQ here.`,
      { cause: error },
    );
  }
  if (error instanceof UnsupportedPostgresVersionError) {
    return new FicWebhooksError('option-invalid', `${place} is too old: ${error.message}`, { cause: error });
  }
  if (error instanceof SchemaMigrationRequiredError || (migrate && hasState(error, '42501'))) {
    return new FicWebhooksError(
      'option-invalid',
      `${place} has no tables of BullMQ in the schema ${schema}, or older ones, and ` +
        `${migrate ? 'the user may not make them' : 'migrate is false'}. Run BullMQ's runMigrations with a user who may ` +
        `create the schema, or let one do so here: GRANT CREATE ON DATABASE … TO ….`,
      { cause: error },
    );
  }
  return error;
}

function hasState(error: unknown, state: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === state;
}
