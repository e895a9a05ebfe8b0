import { type Connection, readPragma, rollBack } from './connection.js';
import { applicationId } from './schema.js';

/**
 * Brings the tables up to date. One transaction for each step: what has been done stays done when the process dies.
 * Throws what the driver throws.
 */
export function migrate(connection: Connection, steps: readonly string[]): void {
  while (readVersion(connection) < steps.length) {
    connection.exec('BEGIN IMMEDIATE');
    try {
      // Read again, under the lock: another process may have been faster.
      const version = readVersion(connection);
      const step = steps[version];
      if (step !== undefined) {
        connection.exec(step);
        connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1}`);
      }
      connection.exec('COMMIT');
    } catch (error) {
      rollBack(connection);
      throw error;
    }
  }
}

function readVersion(connection: Connection): number {
  return Number(readPragma(connection, 'user_version'));
}
