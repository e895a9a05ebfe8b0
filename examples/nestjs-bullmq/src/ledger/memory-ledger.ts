import { Ledger, type LedgerEntry } from './ledger.js';

/**
 * For trying out without PostgreSQL: an effect that may be repeated, as setting a value is. It stands for a call to a service
 * of yours that takes the same invoice twice without harm.
 */
export class MemoryLedger extends Ledger {
  readonly #issued = new Set<string>();

  async enter({ companyId, ids }: LedgerEntry): Promise<void> {
    for (const id of ids) this.#issued.add(`${companyId}/${id}`);
  }
}
