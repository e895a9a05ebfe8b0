import type { Inbox } from '@fic-webhooks/core';
import type { CaseSelection } from '../suite/case-result.js';

/** Options of `runInboxConformance`. */
export interface InboxConformanceOptions {
  /** Makes an inbox on an empty store of its own. Called for each case; the inbox is closed after it. */
  createInbox: () => Inbox | Promise<Inbox>;
  /** Makes another inbox on the store of one that has been closed. Without it the cases `reopen: …` are skipped. */
  reopen?: (closed: Inbox) => Inbox | Promise<Inbox>;
  /**
   * Ends the leases of all claims in the store of an inbox at once, behind the back of its worker: as if the process had
   * died or stood still. Take the claims away, too, by another token for instance: an inbox may let a worker renew a lease that
   * has ended while nobody else has the item. Without it the cases `lost: …` are skipped.
   */
  expire?: (inbox: Inbox) => unknown;
  /** The names of the cases to run, or a function that chooses by name. Default all. */
  cases?: CaseSelection;
  /** Milliseconds within which a case must end. Default 20,000. */
  caseWithin?: number;
  /** How many cases run side by side. Default 4. */
  concurrency?: number;
}
