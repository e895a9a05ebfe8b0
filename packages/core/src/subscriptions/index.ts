export { FicWebhooksError, type FicWebhooksErrorCode } from '../errors/fic-webhooks-error.js';
export { InvalidOptionError } from '../errors/invalid-option-error.js';
export type {
  AccessTokenFunction,
  AccessTokenRequest,
  RetryNotice,
  SdkConfiguration,
  SubscriptionsClientOptions,
} from './client-options.js';
export type { Clock, SleepOptions } from './clock.js';
export { createSubscriptionsClient } from './create-subscriptions-client.js';
export type { EnsureOptions, SubscribableType } from './ensure/ensure-options.js';
export type { EnsureProblem, EnsureReport, PlannedAction } from './ensure/ensure-report.js';
export {
  FicApiError,
  type FicApiErrorCode,
  type FicApiErrorDetails,
  type QuotaWindow,
} from './fic-api-error.js';
export { keepSubscribed, type SubscriptionKeeper } from './keep/keep-subscribed.js';
export type { KeeperAlert } from './keep/keeper-alert.js';
export type { KeeperOptions } from './keep/keeper-options.js';
export type { RateLimit } from './rate-limit.js';
export type {
  Mapping,
  NewSubscription,
  Subscription,
  SubscriptionChange,
  SubscriptionResult,
  SubscriptionWarning,
  VerificationMethod,
} from './subscription.js';
export type { CallOptions, SubscriptionsClient, VerifyOptions } from './subscriptions-client.js';
export { type ExpandTypesOptions, expandTypes } from './types/expand-types.js';
export { requiredScopes } from './types/required-scopes.js';
