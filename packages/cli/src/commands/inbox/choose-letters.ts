import type { DeadLetter, Inbox } from '@fic-webhooks/core';
import { UsageError } from '../../usage-error.js';
import { findLetters, readKeys } from './find-letters.js';
import type { ListFlags } from './inbox-flags.js';
import { readSelection } from './read-selection.js';
import { collectLetters } from './walk-letters.js';

/** Finds the dead letters that a command shall change. */
export type ChooseLetters = (inbox: Inbox) => Promise<readonly DeadLetter[]>;

/**
 * Reads which dead letters a command shall change: some by their keys, or all, perhaps of a reason.
 *
 * They are all read before the first is changed: what comes back meanwhile is left alone.
 *
 * @throws UsageError
 */
export function readChoiceOfLetters(keys: readonly string[], flags: ListFlags): ChooseLetters {
  if (flags.all) {
    if (keys.length > 0) {
      throw new UsageError('--all', '--all and keys are both given. Give one of them.');
    }
    const selection = readSelection(flags, Number.POSITIVE_INFINITY);
    return (inbox) => collectLetters(inbox, selection);
  }
  for (const name of ['reason', 'limit'] as const) {
    if (flags[name] !== undefined) {
      throw new UsageError(`--${name}`, `--${name} does nothing without --all.`);
    }
  }
  if (keys.length === 0) {
    throw new UsageError(
      '<key>',
      '<key> is missing. Give the keys of dead letters, which fic-webhooks inbox list shows, or --all.',
    );
  }
  const beginnings = readKeys(keys);
  return (inbox) => findLetters(inbox, beginnings);
}
