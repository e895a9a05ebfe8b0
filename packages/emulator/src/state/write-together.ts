import type { Service } from '../service.js';

/** Runs work so that all of it is written, or nothing, and told only once it is written. Not to be nested. */
export function writeTogether<Result>(
  { state, changes }: Pick<Service, 'state' | 'changes'>,
  work: () => Result,
): Result {
  return changes.holdBack(() => state.transaction(work));
}
