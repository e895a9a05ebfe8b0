export {
  FicWebhooksError,
  type FicWebhooksErrorCode,
  type FicWebhooksErrorOptions,
} from './errors/fic-webhooks-error.js';
export { InvalidOptionError } from './errors/invalid-option-error.js';
export type { EventGroupName, EventName, EventTypePrefix } from './events/event-name.js';
export { eventNames, eventTypePrefix } from './events/event-names.generated.js';
export type { EventPattern, MatchingName, ValidPattern } from './events/event-pattern.js';
export type { EventSubject, FicEvent, ListedEvent, UnknownFicEvent } from './events/fic-event.js';
export { type UnlistedEvent, type UnlistedName, unlisted } from './events/unlisted.js';
export type { FicContext, FicEventHandler, HandlerOptions, InboxDelivery } from './handlers/event-handler.js';
export type { CollectedHeaders, HeadersInput } from './http/collect-headers.js';
export type { ClaimRequest, ClaimResult, IdempotencyStore } from './idempotency/idempotency-store.js';
export { type MemoryStoreOptions, memoryStore } from './idempotency/memory-store.js';
export {
  checkDeadLetterReason,
  type DeadLetterReason,
  deadLetterReasons,
} from './inbox/dead-letter-reasons.js';
export type {
  DeadLetter,
  DeadLetterQuery,
  DeadLetters,
  Inbox,
  InboxHealth,
  InboxItem,
  InboxPayload,
  InboxWork,
  InboxWorker,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
  Verdict,
} from './inbox/inbox.js';
export type { ReceiverInboxHealth, WorkerState } from './inbox/inbox-runtime.js';
export type { WorkerOptions } from './inbox/worker-options.js';
export type { Alert } from './receiver/alert.js';
export type { CompanyDecision, CompanyRule } from './receiver/company-decision.js';
export { createReceiver } from './receiver/create-receiver.js';
export type { CloseOptions, FicReceiver, ReceiverHealth, VerifyResult } from './receiver/fic-receiver.js';
export type { Logger } from './receiver/logger.js';
export type { NoticeCode } from './receiver/notices.js';
export type { OutcomeCode } from './receiver/outcomes.js';
export { isReceiver } from './receiver/receiver-brand.js';
export type { HandlerMap, ReceiverOptions, UnhandledCallback } from './receiver/receiver-options.js';
export type { BodyResult, ReceiverRequest } from './receiver/receiver-request.js';
export type { ReceiverResponse } from './receiver/receiver-response.js';
export type { HandlerFailure } from './receiver/reporter.js';
export { resolveReceiver } from './receiver/resolve-receiver.js';
export type { TokenClaims } from './token/claims.js';
export { ficPublicKey } from './token/fic-public-key.js';
export type { PublicKeyInput } from './token/parse-public-key.js';
export type { PublicKeySource, PublicKeys } from './token/public-keys.js';
