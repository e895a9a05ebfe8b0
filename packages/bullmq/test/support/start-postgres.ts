import pg from 'pg';
import { onTestFinished } from 'vitest';
import { startPostgres as startServer } from '../../../../scripts/stores/start-postgres.js';
import type { Server } from './server.js';

/** A PostgreSQL of the test's own. */
export interface PostgresServer extends Server {
  /** For looking into it, ended at the end of the test. */
  readonly admin: pg.Pool;
}

/** Starts a cluster on a free port, until the end of the test. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const { stop, ...server } = await startServer(settings);
  const admin = new pg.Pool({ connectionString: server.url, max: 2 });
  admin.on('error', () => {});
  onTestFinished(async () => {
    await admin.end();
    await stop();
  });
  return { ...server, admin };
}
