import pg from 'pg';

const pass = Reflect.get(globalThis, Symbol.for('chaos.pass')) ?? (() => {});

/**
 * Effects that happen once, by the pattern of the README of `@fic-webhooks/bullmq`: the application's own pool, and a table of
 * what was processed. The table of effects itself has no unique key.
 *
 * @param {string} url
 * @returns {(record: (is: string, event: import('@fic-webhooks/core').FicEvent) => Promise<number>) => import('../handle-events.js').Handler}
 */
export function handleInPostgres(url) {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  // Connections die with the server, those that wait in the pool and those that are used.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return (record) =>
    async (event, { delivery }) => {
      await record('start', event);
      const client = await pool.connect();
      /** @type {Error | undefined} */
      let failure;
      try {
        pass('mid-handler');
        await client.query('BEGIN');
        const { rowCount } = await client.query(
          'INSERT INTO processed (key, handler) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [delivery?.key, delivery?.handler],
        );
        if (rowCount === 1) await client.query('INSERT INTO effects (event) VALUES ($1)', [event.id]);
        pass('in-apply');
        await client.query('COMMIT');
        pass('after-effect');
      } catch (error) {
        failure = /** @type {Error} */ (error);
        throw error;
      } finally {
        // After a failure nobody knows in which state the connection is.
        client.release(failure);
      }
    };
}
