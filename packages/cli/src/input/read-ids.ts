import { UsageError } from '../usage-error.js';

const flag = '--ids';

/**
 * Reads the ids of what changed.
 *
 * @param texts - Each with one or more ids and commas between.
 * @param type - The short type: ids of the cashbook are texts, all others numbers.
 * @throws UsageError
 */
export function readIds(texts: readonly string[], type: string): readonly number[] | readonly string[] {
  const ids = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  if (ids.length > 10_000) throw new UsageError(flag, `${flag} names ${ids.length} ids. The most is 10000.`);
  if (ids.includes('')) throw new UsageError(flag, `${flag} has an empty id. Write them as --ids 1,2,3.`);
  if (type.startsWith('cashbook.')) return ids;
  const wrong = ids.find((id) => !/^\d{1,15}$/.test(id));
  if (wrong === undefined) return ids.map(Number);
  throw new UsageError(flag, `${flag}: "${wrong}" is no whole number. Only ids of the cashbook are texts.`);
}
