import Database from 'libsql';
import type { Connection } from './connection.js';

/** Opens a connection that never waits for a lock by itself. */
export function connect(file: string): Connection {
  const database = new Database(file);
  database.exec('PRAGMA busy_timeout = 0');
  return database as unknown as Connection;
}
