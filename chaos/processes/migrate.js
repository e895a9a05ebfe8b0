/**
 * Opens a store for the first time, which makes its tables, and ends. What it is told stands in the environment variable
 * CHAOS_PROCESS, as for `receive.js`.
 */
/** @type {Pick<import('./receive.js').ProcessOptions, 'backend' | 'connection'>} */
const { backend, connection } = JSON.parse(process.env['CHAOS_PROCESS'] ?? '{}');

/** @type {typeof import('./backends/sqlite.js')} */
const { openBackend } = await import(`./backends/${backend}.js`);
const { inbox } = await openBackend(/** @type {any} */ (connection));
await inbox.ready();
await inbox.close();
process.exit();
