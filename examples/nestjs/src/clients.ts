import type { FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';

/** Handlers in a provider. They must be idempotent: after a failure all handlers of an event run again. */
@Injectable()
export class Clients {
  @OnFicEvent('entities.clients.*')
  changed(event: FicEvent<'entities.clients.*'>) {
    // The event carries ids only: read the present state of each through the API.
    for (const id of event.ids) console.log(`client ${id} of company ${event.companyId}: ${event.action}`);
  }
}
