import Database from 'libsql';

// A process that holds the lock of a file, until it is told to end.

const database = new Database(process.argv[2] ?? '');
database.exec('BEGIN IMMEDIATE');
process.send?.('locked');
process.once('message', () => {
  database.exec('ROLLBACK');
  process.disconnect?.();
});
