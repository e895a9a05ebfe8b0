import { isEventName } from './event-name.js';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The ids of a notification, from `data.ids` or, for a sender that leaves the wrapper out, from `ids`.
 *
 * @returns Numbers, or strings for cashbook entries, never mixed; or in a few words why there are none.
 */
export function readIds(name: string, body: unknown): readonly number[] | readonly string[] | string {
  const wrapped = ownIds(isObject(body) && Object.hasOwn(body, 'data') ? body['data'] : undefined);
  const bare = ownIds(body);
  if (wrapped !== undefined && bare !== undefined && JSON.stringify(wrapped) !== JSON.stringify(bare)) {
    return 'data.ids and ids differ.';
  }
  const ids = wrapped ?? bare;
  // A type that is newer than this version may have no ids; a listed one always has.
  if (ids === undefined) return isEventName(name) ? 'There is no data.ids.' : [];
  if (!Array.isArray(ids)) return 'data.ids is not a list.';
  if (name.startsWith('cashbook.')) return readAll(ids, toText) ?? 'data.ids holds something that is no id.';
  const numbers = readAll(ids, toInteger);
  if (numbers !== undefined) return numbers;
  const texts = isEventName(name)
    ? undefined
    : readAll(ids, (id) => (typeof id === 'string' ? id : undefined));
  return texts ?? 'data.ids holds something that is no id.';
}

function readAll<T>(ids: readonly unknown[], read: (id: unknown) => T | undefined): T[] | undefined {
  const result: T[] = [];
  for (const id of ids) {
    const value = read(id);
    if (value === undefined) return undefined;
    result.push(value);
  }
  return result;
}

/** A whole number that JSON did not round, or the same in quotes. */
function toInteger(id: unknown): number | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? id : undefined;
  if (typeof id !== 'string') return undefined;
  const number = Number(id);
  return Number.isSafeInteger(number) && String(number) === id ? number : undefined;
}

function toText(id: unknown): string | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

function ownIds(value: unknown): unknown {
  return isObject(value) && Object.hasOwn(value, 'ids') ? value['ids'] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
