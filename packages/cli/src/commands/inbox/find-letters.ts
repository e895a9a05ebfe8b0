import type { DeadLetter, Inbox } from '@fic-webhooks/core';
import { CommandError } from '../../command-error.js';
import { UsageError } from '../../usage-error.js';
import { shortenKey } from './letter-view.js';
import { walkLetters } from './walk-letters.js';

const shortest = 4;

/**
 * Reads keys of dead letters, or the beginnings of such.
 *
 * @throws UsageError
 */
export function readKeys(texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    if (/^[0-9a-f]{4,64}$/i.test(text)) continue;
    throw new UsageError(
      '<key>',
      `<key> is no key of a dead letter. It is made of 64 hexadecimal digits, of which the first few are enough, at least ${shortest}; fic-webhooks inbox list shows them.`,
    );
  }
  return [...new Set(texts.map((text) => text.toLowerCase()))];
}

/**
 * The dead letters whose keys begin so.
 *
 * @throws CommandError `dead-letter-missing` and `key-ambiguous`.
 */
export async function findLetters(inbox: Inbox, beginnings: readonly string[]): Promise<DeadLetter[]> {
  const found = new Map<string, DeadLetter>();
  for await (const letter of walkLetters(inbox, { reason: undefined, limit: Number.POSITIVE_INFINITY })) {
    for (const beginning of beginnings) {
      if (!letter.key.startsWith(beginning)) continue;
      const other = found.get(beginning);
      if (other !== undefined) {
        throw new CommandError(
          'key-ambiguous',
          `Several keys begin with ${beginning}, such as ${shortenKey(other.key, 20)} and ${shortenKey(letter.key, 20)}. Give more digits.`,
        );
      }
      found.set(beginning, letter);
    }
  }
  const missing = beginnings.find((beginning) => !found.has(beginning));
  if (missing !== undefined) {
    throw new CommandError(
      'dead-letter-missing',
      `There is no dead letter whose key begins with ${missing}, so nothing was done. It may have been retried or discarded, or be in another inbox: fic-webhooks inbox list shows what there is.`,
    );
  }
  return [...new Map([...found.values()].map((letter) => [letter.key, letter])).values()];
}
