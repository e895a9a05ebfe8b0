export type { ClockMode } from './clock/clock.js';
export { parseDuration } from './clock/parse-duration.js';
export type { ClockState, DeliveryRecord, Emulator, EmulatorControls, SubscribeOptions } from './emulator.js';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.js';
export type { EmitResult, EmittedEvent } from './events/emit-event.js';
export type { FaultChange } from './faults/fault-box.js';
export type { Application } from './model/application.js';
export type {
  Attempt,
  AttemptFailureCode,
  RecordedMessage,
  RecordedRequest,
  RecordedResponse,
  Verdict,
} from './model/attempt.js';
export type { Delivery, DeliveryKind, DeliveryState } from './model/delivery.js';
export { type FaultName, type FaultSettings, faultNames, type QuotaWindow } from './model/fault-settings.js';
export { type ServiceBehaviour, worstBehaviour } from './model/service-behaviour.js';
export type { Mapping, Subscription, VerificationMethod } from './model/subscription.js';
export type { ApplicationOptions, EmulatorOptions } from './options/emulator-options.js';
export { startEmulator } from './start-emulator.js';
