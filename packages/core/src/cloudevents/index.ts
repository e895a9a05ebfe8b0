/**
 * A CloudEvents 1.0 codec for HTTP: binary, structured and batched content mode, JSON format. No dependency, no
 * runtime-specific API.
 *
 * @packageDocumentation
 */

export type { FetchHeaders, HeadersInput } from '../http/collect-headers.js';
export type { CloudEvent, CloudEventAttributes, ExtensionValue } from './cloud-event.js';
export { decodeCloudEvent } from './decode-cloud-event.js';
export type {
  CloudEventMessage,
  DecodedBatch,
  DecodedEvent,
  DecodeError,
  DecodeErrorReason,
  DecodeFailure,
  DecodeOptions,
  DecodeResult,
  DecodeWarning,
} from './decode-result.js';
export { type EncodedMessage, encodeCloudEvent } from './encode-cloud-event.js';
export { type FicCloudEvent, toCloudEvent } from './to-cloud-event.js';
