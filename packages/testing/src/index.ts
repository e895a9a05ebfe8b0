export {
  type ChallengeRequest,
  type ChallengeRequestOptions,
  challengeRequest,
} from './challenge-request.js';
export type { ConformanceOptions, HandledEvent } from './conformance/conformance-options.js';
export { conformanceCaseNames, runConformance } from './conformance/run-conformance.js';
export { createTestKeyPair, type TestKeyPair } from './create-test-key-pair.js';
export type { InboxConformanceOptions } from './inbox-conformance/inbox-conformance-options.js';
export { inboxConformanceCaseNames, runInboxConformance } from './inbox-conformance/run-inbox-conformance.js';
export { type MemoryInbox, memoryInbox } from './memory-inbox/memory-inbox.js';
export { SendError, type SendErrorCode } from './send-error.js';
export {
  type NameValues,
  type SendableRequest,
  type SendOverHttpOptions,
  sendOverHttp,
} from './send-over-http.js';
export {
  type SignedNotification,
  type SignNotificationOptions,
  signNotification,
} from './sign-notification.js';
export type { TokenOptions } from './sign-token.js';
export { runStoreConformance, storeConformanceCaseNames } from './store-conformance/run-store-conformance.js';
export type { StoreConformanceOptions } from './store-conformance/store-conformance-options.js';
export type { CaseResult, CaseSelection } from './suite/case-result.js';
export type { TestEvent } from './test-event.js';
export type { Send, TestRequest, TestResponse } from './test-request.js';
