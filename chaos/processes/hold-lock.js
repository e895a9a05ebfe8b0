/**
 * Holds the write lock of a SQLite file until it is killed, as a backup or a person with a shell would.
 */
import Database from 'libsql';

const [file = ''] = process.argv.slice(2);
const database = new Database(file, { timeout: 5_000 });
database.exec('BEGIN EXCLUSIVE');
process.send?.('held');
setInterval(() => {}, 60_000);
process.on('disconnect', () => process.exit());
