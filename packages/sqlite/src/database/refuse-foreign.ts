import { type Connection, readPragma } from './connection.js';
import { applicationId } from './schema.js';
import { StoreError } from './store-error.js';

/**
 * A database of somebody else is left as it is.
 *
 * @throws StoreError `inbox-corrupt`.
 */
export function refuseForeign(connection: Connection, file: string): void {
  if (isOurs(connection)) return;
  if (connection.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get([]) === undefined) return;
  // Another process may have made the tables in between. It marks the file in the same commit.
  if (isOurs(connection)) return;
  throw new StoreError({
    code: 'inbox-corrupt',
    message: `${file} is a database of another program. It is left as it is: give the path of a file that an inbox made, or of one that does not exist yet.`,
    final: true,
  });
}

function isOurs(connection: Connection): boolean {
  return readPragma(connection, 'application_id') === applicationId;
}
