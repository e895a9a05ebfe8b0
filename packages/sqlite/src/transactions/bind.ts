import type { ColumnValue } from '../database/connection.js';
import type { Parameters } from './find-parameters.js';
import { invalidTransaction } from './invalid-transaction.js';
import type { SqliteParameters, SqliteValue } from './sqlite-transaction.js';

/** What the driver is given. It takes names as an object. */
export type Bound = ColumnValue[] | Record<string, ColumnValue>;

/**
 * Checks parameters before the driver sees them: a boolean, or a name for a `?`, ends the whole process there, and what is
 * missing would be NULL.
 *
 * @throws FicWebhooksError `transaction-invalid`.
 */
export function bind({ count, names, hasUnnamed }: Parameters, parameters: SqliteParameters = []): Bound {
  if (isList(parameters)) {
    if (parameters.length !== count) {
      throw invalidTransaction(
        `The statement has ${count} parameters, and was given ${parameters.length} values. Give one value for each.`,
      );
    }
    return parameters.map((value, index) => bindValue(value, `parameter ${index + 1}`));
  }
  if (typeof parameters !== 'object' || parameters === null || parameters instanceof Uint8Array) {
    throw invalidTransaction(
      'The parameters are neither a list nor an object. Give [value, …] or { name: value }.',
    );
  }
  if (hasUnnamed) {
    throw invalidTransaction(
      'The statement has parameters without a name (?), and was given names. Give a list [value, …], or write :name for all of them.',
    );
  }
  const missing = [...names].find((name) => !Object.hasOwn(parameters, name));
  if (missing !== undefined) {
    throw invalidTransaction(
      `The statement has a parameter ${missing}, and was given no value for it. Probably the name is written otherwise: give it as it is in the statement, without the character before it; for NULL give null.`,
    );
  }
  const unknown = Object.keys(parameters).find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw invalidTransaction(
      `The statement has no parameter ${unknown}, for which it was given a value. Probably the name is written otherwise: give it as it is in the statement, without the character before it, or leave it out.`,
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
