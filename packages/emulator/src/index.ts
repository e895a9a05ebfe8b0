export { parseDuration } from './clock/parse-duration.js';
export { isLoopback } from './delivery/is-loopback.js';
export type { DeliveryPage } from './delivery/read-page.js';
export type { DeliveryRecord, Emulator, EmulatorControls } from './emulator.js';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.js';
export type { Application } from './model/application.js';
export type {
  Attempt,
  AttemptFailureCode,
  RecordedMessage,
  RecordedRequest,
  RecordedResponse,
  Verdict,
} from './model/attempt.js';
export type { ClockMode, ClockState } from './model/clock-state.js';
export type { Delivery, DeliveryKind, DeliveryState } from './model/delivery.js';
export type { EmitResult, EmittedEvent } from './model/emitted-event.js';
export {
  type FaultChange,
  type FaultName,
  type FaultSettings,
  faultNames,
  type QuotaWindow,
} from './model/fault-settings.js';
export { type ServiceBehaviour, worstBehaviour } from './model/service-behaviour.js';
export type {
  Mapping,
  SubscribeOptions,
  Subscription,
  VerificationMethod,
  VerifyOptions,
  VerifyResult,
} from './model/subscription.js';
export { defaultApplication, defaultCompanyId } from './options/default-application.js';
export type { ApplicationOptions, EmulatorOptions } from './options/emulator-options.js';
export { startEmulator } from './start-emulator.js';
