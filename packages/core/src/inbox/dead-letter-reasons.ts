import { InvalidOptionError } from '../errors/invalid-option-error.js';

/** All reasons that a dead letter can have: {@link DeadLetterReason}. */
export const deadLetterReasons = ['attempts', 'crash-loop', 'unreadable', 'conflict', 'unhandled'] as const;

/**
 * Why an item waits for a person.
 *
 * - `attempts`: its handlers failed as often as they may.
 * - `crash-loop`: the process died too often while it was handled.
 * - `unreadable`: signed by Fatture in Cloud, and not to be understood.
 * - `conflict`: another event with the same id had been stored.
 * - `unhandled`: no handler was registered for it.
 */
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/**
 * Checks the `reason` of a query, for those who write an inbox. One that there is not would find nothing, as if all were well.
 *
 * @throws InvalidOptionError `option-invalid` that names the reasons there are.
 *
 * @example
 * ```ts
 * checkDeadLetterReason('crash-loop');
 * ```
 */
export function checkDeadLetterReason(reason: unknown): asserts reason is DeadLetterReason | undefined {
  if (reason === undefined || deadLetterReasons.some((known) => known === reason)) return;
  const given = typeof reason === 'string' ? JSON.stringify(reason) : `of the type ${typeof reason}`;
  throw new InvalidOptionError(
    'option-invalid',
    'reason',
    `reason is ${given}, for which no event becomes a dead letter: it may be misspelt. Give one of ` +
      `${deadLetterReasons.map((known) => `'${known}'`).join(', ')}, or leave it out for all of them.`,
  );
}
