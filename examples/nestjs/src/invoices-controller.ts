import type { FicContext, FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Controller, Get } from '@nestjs/common';

/** A handler beside the routes of a controller. The guard of the app protects the routes, and does not see the handler. */
@Controller('invoices')
export class InvoicesController {
  readonly #issued = new Set<number>();

  @Get()
  list(): number[] {
    return [...this.#issued];
  }

  @OnFicEvent('issued_documents.invoices.create')
  issued(event: FicEvent<'issued_documents.invoices.create'>, { signal }: FicContext) {
    for (const id of event.ids) {
      // Pass the signal on to what takes long, such as fetch(url, { signal }).
      signal.throwIfAborted();
      this.#issued.add(id);
      console.log(`invoice ${id} of company ${event.companyId} was issued`);
    }
  }
}
