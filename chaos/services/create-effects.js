import pg from 'pg';

/**
 * The tables of the application for effects that happen once.
 *
 * @param {string} url
 */
export async function createEffects(url) {
  await query('CREATE TABLE effects (event text NOT NULL)');
  await query('CREATE TABLE processed (key text, handler text, PRIMARY KEY (key, handler))');

  return async () => {
    const rows = await query('SELECT event, COUNT(*)::int AS times FROM effects GROUP BY event');
    return new Map(rows.map(({ event, times }) => [String(event), Number(times)]));
  };

  /** @param {string} sql @returns {Promise<Record<string, unknown>[]>} */
  async function query(sql) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
