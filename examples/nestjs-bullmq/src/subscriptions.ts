import type { FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';

/** What has to do with the subscription itself. */
@Injectable()
export class Subscriptions {
  @OnFicEvent('subscriptions.welcome')
  welcomed(event: FicEvent<'subscriptions.welcome'>) {
    console.log(`the subscription of company ${event.companyId} is live`);
  }
}
