import pg from 'pg';

/**
 * Writes a little into PostgreSQL beside the inbox.
 *
 * @param {string} url
 */
export async function probePostgres(url) {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // Connections die with the server, those that wait and those that are used.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  await pool.query('CREATE TABLE probes (at bigint NOT NULL)');
  await pool.query('INSERT INTO probes VALUES (0)');
  return {
    /** Resolves when a write is on the disk, and rejects when it could not be done. */
    write: () => pool.query('UPDATE probes SET at = $1', [Date.now()]),
    stop: () => pool.end(),
  };
}
