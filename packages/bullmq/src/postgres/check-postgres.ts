import { FicWebhooksError } from '@fic-webhooks/core';
import type { PgQueryable } from 'bullmq';

interface Demand {
  readonly setting: string;
  readonly refused: string;
  readonly why: string;
}

// https://www.postgresql.org/docs/current/runtime-config-wal.html
const demands: readonly Demand[] = [
  {
    setting: 'fsync',
    refused: 'off',
    why: 'PostgreSQL leaves it to the operating system when events reach the disk',
  },
  {
    setting: 'synchronous_commit',
    refused: 'off',
    why: 'PostgreSQL answers before an event is on the disk, and loses it when it stops',
  },
  {
    setting: 'full_page_writes',
    refused: 'off',
    why: 'a page that is half written when the machine stops cannot be mended',
  },
];

/**
 * Checks that PostgreSQL has an event on its disk before it answers, and keeps it.
 *
 * @throws FicWebhooksError `inbox-not-durable`.
 */
export async function checkPostgres(pool: PgQueryable, schema: string, place: string): Promise<void> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT ${demands.map(({ setting }) => `current_setting('${setting}') AS ${setting}`).join(', ')}`,
  );
  for (const { setting, refused, why } of demands) {
    if (rows[0]?.[setting] !== refused) continue;
    throw new FicWebhooksError(
      'inbox-not-durable',
      `${place} has ${setting} = ${refused}: ${why}. Run ALTER SYSTEM SET ${setting} = on and SELECT pg_reload_conf(), ` +
        'and look whether the user, the database or the connection sets it too. Where events may be lost when ' +
        "PostgreSQL stops, durability: 'relaxed' starts all the same.",
    );
  }
  await checkTables(pool, schema, place);
}

async function checkTables(pool: PgQueryable, schema: string, place: string): Promise<void> {
  const { rows } = await pool.query<{ relname: string }>(
    `SELECT relname FROM pg_class
      WHERE relnamespace = $1::regnamespace AND relkind = 'r' AND relpersistence = 'u' AND relname IN ('job', 'dedup')`,
    [`"${schema}"`],
  );
  const table = rows[0]?.relname;
  if (table === undefined) return;
  throw new FicWebhooksError(
    'inbox-not-durable',
    `${place} keeps the table ${schema}.${table} UNLOGGED: it is empty after a crash. Run ALTER TABLE ` +
      `${schema}.${table} SET LOGGED. Where events may be lost when PostgreSQL stops, durability: 'relaxed' starts all ` +
      'the same.',
  );
}
