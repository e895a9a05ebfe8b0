import type { DeadLetterReason } from '@fic-webhooks/core';
import { readChoice, readPositiveInteger } from '../../input/read-value.js';
import type { ListFlags } from './inbox-flags.js';

const reasons = [
  'attempts',
  'crash-loop',
  'unreadable',
  'conflict',
  'unhandled',
] as const satisfies readonly DeadLetterReason[];

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
    reason: reason === undefined ? undefined : readChoice('--reason', reason, reasons),
    limit: limit === undefined ? byDefault : readPositiveInteger('--limit', limit),
  };
}
