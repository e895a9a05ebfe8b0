export * from '@fic-webhooks/core';
export { ficWebhooks } from './fic-webhooks.js';
export { getFicEvent } from './get-fic-event.js';
export type { ErrorMiddleware, Middleware, Next, VerifyMiddleware } from './middleware.js';
export { verifyFicWebhook } from './verify-fic-webhook.js';
