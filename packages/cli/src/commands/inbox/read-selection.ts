import { type DeadLetterReason, deadLetterReasons } from '@fic-webhooks/core';
import { readChoice, readPositiveInteger } from '../../input/read-value.js';
import type { ListFlags } from './inbox-flags.js';

/** Which dead letters are meant. */
export interface Selection {
  readonly reason: DeadLetterReason | undefined;
  /** The most of them. */
  readonly limit: number;
}

/**
 * Reads which dead letters are meant.
 *
 * @param byDefault - The limit where none is given.
 * @throws UsageError
 */
export function readSelection({ reason, limit }: ListFlags, byDefault: number): Selection {
  return {
    reason: reason === undefined ? undefined : readChoice('--reason', reason, deadLetterReasons),
    limit: limit === undefined ? byDefault : readPositiveInteger('--limit', limit),
  };
}
