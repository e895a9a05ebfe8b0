export * from '@fic-webhooks/core';
export { ficWebhooks } from './fic-webhooks.js';
export type {
  FicWebhooksOptions,
  HandlersByPattern,
  VerifyFicWebhookOptions,
} from './plugin-options.js';
export { verifyFicWebhook } from './verify-fic-webhook.js';
