import type { ReceiverOptions } from '@fic-webhooks/nestjs';
import { FicWebhooksModule } from '@fic-webhooks/nestjs';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Clients } from './clients.js';
import type { Config } from './config.js';
import { GuardedHooks } from './guarded-hooks.js';
import { InvoicesController } from './invoices-controller.js';
import { Subscriptions } from './subscriptions.js';

/** Both ways to receive: a mount ahead of the whole app, and a controller inside of it. */
@Module({
  imports: [
    FicWebhooksModule.forRootAsync({
      path: 'webhooks/fic',
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>) => ({
        ...commonOptions(config),
        sink: config.get('sink', { infer: true }),
      }),
    }),
    FicWebhooksModule.forRootAsync({
      // No path: the controller GuardedHooks brings the requests.
      name: 'guarded',
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>) => ({
        ...commonOptions(config),
        sink: config.get('guardedSink', { infer: true }),
      }),
    }),
  ],
  controllers: [InvoicesController, GuardedHooks],
  providers: [Clients, Subscriptions],
})
export class WebhooksModule {}

function commonOptions(config: ConfigService<Config, true>): Omit<ReceiverOptions, 'sink'> {
  const publicKey = config.get('publicKey', { infer: true });
  return {
    applicationId: config.get('applicationId', { infer: true }),
    ...(publicKey && { publicKeys: publicKey }),
    onAlert: (alert) => console.error(`ALERT ${alert.code}`),
    onError: (error, { event, handler }) => console.error(`${handler} failed on ${event.id}:`, error),
  };
}
