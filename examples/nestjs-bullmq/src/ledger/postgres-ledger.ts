import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { Ledger, type LedgerEntry } from './ledger.js';

/** In an app of your own these stand among your migrations. */
const tables = `
  SELECT pg_advisory_xact_lock(6049203);
  CREATE TABLE IF NOT EXISTS fic_processed (
    key text NOT NULL,
    handler text NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, handler)
  );
  CREATE TABLE IF NOT EXISTS issued_invoices (company_id bigint NOT NULL, invoice_id bigint NOT NULL);
`;

/**
 * Exactly once: the key of the event and what it causes are written in one transaction. A worker that dies before its end
 * has written neither, and one that dies after it finds the key when the event comes again.
 */
export class PostgresLedger extends Ledger implements OnModuleInit, OnApplicationShutdown {
  readonly #pool: pg.Pool;

  constructor(connectionString: string) {
    super();
    // A host that vanishes says nothing: without an end to the waiting, its dead connections would fill the pool.
    this.#pool = new pg.Pool({
      connectionString,
      max: 8,
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
      keepAlive: true,
    });
    // A connection that breaks while nobody uses it: the pool makes another one.
    this.#pool.on('error', (error) => console.error(`PostgreSQL: ${error.message}`));
    // One that breaks while it is used: its query fails, and without a listener the process would end besides.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async onModuleInit(): Promise<void> {
    try {
      await this.#pool.query(tables);
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      throw new Error(`The database of the ledger cannot be used: ${message || code}.`, { cause: error });
    }
  }

  async enter({ delivery: { key, handler }, companyId, ids }: LedgerEntry): Promise<void> {
    await this.#inTransaction(async (client) => {
      // Waits for another worker that is at the same event, and finds its key when that one has committed.
      const { rowCount } = await client.query(
        'INSERT INTO fic_processed (key, handler) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [key, handler],
      );
      if (rowCount === 0) return;
      await client.query(
        'INSERT INTO issued_invoices (company_id, invoice_id) SELECT $1, unnest($2::bigint[])',
        [companyId, ids],
      );
    });
  }

  /** Nest has closed the receiver by then: no handler runs any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }

  async #inTransaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
