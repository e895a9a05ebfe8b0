import { runMigrations } from 'bullmq';
import { expect } from 'vitest';
import { expectFailure, newItem, openInbox } from './support/open-inbox.js';
import { postgresTest as test } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';

test('many inboxes that start at once make the tables once', async () => {
  const { url } = await startPostgres();
  const inboxes = Array.from({ length: 6 }, () => openInbox({ connection: url }));
  await Promise.all(
    inboxes.map((inbox) => expect.poll(() => inbox.put(newItem()).catch(String)).toBe('stored')),
  );
});

test('a migration may take longer than an event', { timeout: 60_000 }, async () => {
  const { url, admin } = await startPostgres();
  // As on a large table: each table takes a while, and there are several in one query.
  await admin.query(`CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.5); END $$`);
  await admin.query(`CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE TABLE')
    EXECUTE FUNCTION slow()`);
  const inbox = openInbox({ connection: url });
  await expectFailure(() => inbox.put(newItem()));
  await expect.poll(() => inbox.put(newItem()).catch(String), { timeout: 30_000 }).toBe('stored');
});

test('tables of a newer BullMQ are left alone', async () => {
  const { url, admin } = await startPostgres();
  await openInbox({ connection: url }).ready();
  await admin.query('UPDATE bullmq.migration SET min_client_version = 99');
  const inbox = openInbox({ connection: url });
  const failure = await expectFailure(() => inbox.ready(), { code: 'inbox-schema-newer' });
  expect(failure.message).toContain('BullMQ 99');
  await expectFailure(() => inbox.put(newItem()), { code: 'inbox-schema-newer' });
});

test('without migrate the tables must be there', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url, migrate: false, schema: 'queues' });
  const failure = await expectFailure(() => inbox.ready(), { code: 'option-invalid' });
  expect(failure.message).toContain('runMigrations');
  const { rows } = await admin.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'queues'`);
  expect(rows).toEqual([]);
  const client = await admin.connect();
  await runMigrations(client, 'queues');
  client.release();
  const ready = openInbox({ connection: url, migrate: false, schema: 'queues' });
  expect(await ready.put(newItem())).toBe('stored');
});

test('a user who may not make the tables is told so', async () => {
  const { url, admin } = await startPostgres();
  await admin.query('CREATE ROLE app LOGIN');
  const connection = url.replace('postgres@', 'app@');
  const failure = await expectFailure(() => openInbox({ connection }).ready(), { code: 'option-invalid' });
  expect(failure.message).toContain('the user may not make them');
});

test('keys whose time is over are cleared away', async () => {
  const { url, admin } = await startPostgres();
  const inbox = openInbox({ connection: url });
  await expect.poll(() => inbox.put(newItem({ retention: 1 })).catch(String)).toBe('stored');
  // More than one step removes.
  await admin.query(
    `INSERT INTO bullmq.dedup SELECT 'fic-webhooks', 'key-' || n, 'job', 1 FROM generate_series(1, 2500) AS n`,
  );
  await admin.query(`INSERT INTO bullmq.dedup VALUES ('another queue', 'key', 'job', 1)`);
  const kept = newItem();
  await inbox.put(kept);
  const { PostgresEngine } = await import('../src/postgres/postgres-engine.js');
  const { resolveOptions } = await import('../src/resolve-options.js');
  const resolved = resolveOptions({ connection: url });
  if (resolved.backend !== 'postgres') throw new Error('PostgreSQL was expected.');
  const engine = new PostgresEngine(resolved);
  await engine.tidy();
  await engine.close();
  const { rows } = await admin.query('SELECT dedup_id FROM bullmq.dedup ORDER BY queue DESC');
  expect(rows).toEqual([{ dedup_id: kept.key }, { dedup_id: 'key' }]);
});
