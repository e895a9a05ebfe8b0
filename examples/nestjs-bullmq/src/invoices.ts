import type { FicContext, FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';
import { Ledger } from './ledger/ledger.js';

/** A handler whose effect must not happen twice: see `ledger/`. */
@Injectable()
export class Invoices {
  constructor(private readonly ledger: Ledger) {}

  @OnFicEvent('issued_documents.invoices.create')
  async issued(event: FicEvent<'issued_documents.invoices.create'>, { delivery }: FicContext) {
    if (delivery === undefined) throw new Error('There is no delivery: this app works from an inbox.');
    await this.ledger.enter({ delivery, companyId: event.companyId, ids: event.ids });
    for (const id of event.ids) console.log(`invoice ${id} of company ${event.companyId} was entered`);
  }
}
