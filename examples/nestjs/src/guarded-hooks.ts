import type { FicEvent } from '@fic-webhooks/nestjs';
import { FicWebhooksController, OnFicEvent } from '@fic-webhooks/nestjs';
import { Public } from './api-key-guard.js';

/** A controller that owns its route, inside the guards and interceptors of the app. The guard must let it through. */
@Public()
@FicWebhooksController({ path: 'webhooks/guarded', receiver: 'guarded' })
export class GuardedHooks {
  @OnFicEvent('received_documents.*')
  received(event: FicEvent<'received_documents.*'>) {
    for (const id of event.ids) {
      console.log(`received document ${id} of company ${event.companyId}: ${event.action}`);
    }
  }
}
