import type { FicContext, FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';

/** A handler may take its time here: the event was answered when it was stored. It must be idempotent. */
@Injectable()
export class Clients {
  @OnFicEvent('entities.clients.*')
  changed(event: FicEvent<'entities.clients.*'>, { attempt }: FicContext) {
    // The event carries ids only: read the present state of each through the API. When that says 429, or 403 with
    // Retry-After, ask for another time with context.retryAfter(milliseconds): it costs no attempt.
    const again = attempt > 1 ? `, attempt ${attempt}` : '';
    for (const id of event.ids)
      console.log(`client ${id} of company ${event.companyId}: ${event.action}${again}`);
  }
}
