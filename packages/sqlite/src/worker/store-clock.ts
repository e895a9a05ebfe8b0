import { runInNewContext } from 'node:vm';

/**
 * The clock that the store and its threads go by: milliseconds since the epoch. It goes on while the machine sleeps, which
 * `performance.now()` may not. Of a context of its own, because tests replace the `Date` of theirs, some of them before this
 * file is loaded; no thread sees that.
 */
export const storeClock: () => number = runInNewContext('Date.now');
