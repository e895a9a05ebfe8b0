import { UsageError } from '../usage-error.js';

/**
 * The value of a flag that must be there. Commander could say so, but would say it before it names a typo.
 *
 * @param cure - What to give.
 * @throws UsageError
 */
export function requireFlag<Value>(flag: string, value: Value | undefined, cure: string): Value {
  if (value !== undefined) return value;
  throw new UsageError(flag, `${flag} is missing. ${cure}`);
}
