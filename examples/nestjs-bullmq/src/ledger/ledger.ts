import type { InboxDelivery } from '@fic-webhooks/nestjs';

/** What is entered for one event. */
export interface LedgerEntry {
  /** Which stored event it is for: the same in every attempt. */
  readonly delivery: InboxDelivery;
  readonly companyId: number;
  readonly ids: readonly number[];
}

/** Where issued invoices are written down. A class, so that Nest can inject it. */
export abstract class Ledger {
  /** Writes the invoices of one event down: once, however often it is called for the same event. */
  abstract enter(entry: LedgerEntry): Promise<void>;
}
