import type { FicEvent } from '@fic-webhooks/nestjs';
import { OnFicEvent } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';

/** What has to do with the subscriptions themselves, for both endpoints. */
@Injectable()
export class Subscriptions {
  @OnFicEvent('subscriptions.welcome')
  @OnFicEvent('subscriptions.welcome', { receiver: 'guarded' })
  welcomed(event: FicEvent<'subscriptions.welcome'>) {
    console.log(`the subscription of company ${event.companyId} is live`);
  }
}
