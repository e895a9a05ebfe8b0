import type { ColumnValue } from '../database/connection.js';
import { invalidTransaction } from './invalid-transaction.js';
import type { SqliteParameters, SqliteValue } from './sqlite-transaction.js';

/** What the driver is given. It takes names as an object. */
export type Bound = ColumnValue[] | Record<string, ColumnValue>;

/**
 * Checks parameters before the driver sees them: a boolean ends the whole process there.
 *
 * @throws FicWebhooksError `transaction-invalid`.
 */
export function bind(parameters: SqliteParameters = []): Bound {
  if (isList(parameters)) return parameters.map((value, index) => bindValue(value, `parameter ${index + 1}`));
  if (typeof parameters !== 'object' || parameters === null || parameters instanceof Uint8Array) {
    throw invalidTransaction(
      'The parameters are neither a list nor an object. Give [value, …] or { name: value }.',
    );
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, bindValue(value, `parameter ${name}`)]),
  );
}

function isList(parameters: SqliteParameters): parameters is readonly SqliteValue[] {
  return Array.isArray(parameters);
}

function bindValue(value: unknown, what: string): ColumnValue {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value;
  // The driver binds every number as a float: an id would become 5.0 in a column of text.
  if (typeof value === 'number' && !Number.isNaN(value))
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
  throw invalidTransaction(
    `${what} is ${typeof value === 'object' ? 'an object' : `${String(value)} (${typeof value})`}, which SQLite cannot store. Bind null, a number, a bigint of 64 bits, a string or bytes; for a boolean 0 or 1, for a date its ISO text or its milliseconds.`,
  );
}
