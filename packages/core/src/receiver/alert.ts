import type { NoticeCode } from './notices.js';
import type { OutcomeCode } from './outcomes.js';

/**
 * Trouble that can lose events, told to `onAlert`. At most one for each code and minute.
 *
 * @example
 * ```ts
 * createReceiver({ sink, applicationId, onAlert: ({ code, count, message }) => pager.notify(code, count, message) });
 * ```
 */
export interface Alert {
  /** Stable. The code of the answer, or of a notice where the event was handled all the same. */
  readonly code: OutcomeCode | NoticeCode;
  /** What happened, the likely cause and the cure, in one line fit for a log. */
  readonly message: string;
  /** What was seen, cleaned and cut. */
  readonly detail?: string;
  /** How often it happened since the last alert of this code, this time included. */
  readonly count: number;
}
