export * from '@fic-webhooks/core';
export { getFicReceiverToken, InjectFicReceiver } from './fic-receiver-token.js';
export { FicWebhooksController, type FicWebhooksControllerOptions } from './fic-webhooks-controller.js';
export { FicWebhooksModule } from './fic-webhooks-module.js';
export type {
  FicWebhooksEndpointOptions,
  FicWebhooksFactoryResult,
  FicWebhooksModuleAsyncOptions,
  FicWebhooksModuleOptions,
  FicWebhooksOptionsFactory,
} from './fic-webhooks-options.js';
export { type FicEventDecorator, OnFicEvent, type OnFicEventOptions } from './on-fic-event.js';
