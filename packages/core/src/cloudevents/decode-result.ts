import type { HeadersInput } from '../http/collect-headers.js';
import type { CloudEvent } from './cloud-event.js';

/** Why a message was refused, or what had to be repaired in it. Stable: a program may branch on them. */
export type DecodeErrorReason =
  | 'missing'
  | 'empty'
  | 'wrong-type'
  | 'bad-char'
  | 'invalid-name'
  | 'invalid-uri-reference'
  | 'invalid-uri'
  | 'invalid-timestamp'
  | 'invalid-media-type'
  | 'invalid-utf8'
  | 'bad-quoting'
  | 'bad-percent-encoding'
  | 'non-ascii-header'
  | 'duplicate-header'
  | 'ce-datacontenttype-forbidden'
  | 'unsupported-specversion'
  | 'unsupported-event-format'
  | 'unsupported-charset'
  | 'not-a-cloudevent'
  | 'malformed-json'
  | 'invalid-utf8-body'
  | 'not-an-object'
  | 'data-and-data_base64'
  | 'data-not-string'
  | 'invalid-base64'
  | 'too-deep'
  | 'header-body-mismatch'
  | 'duplicate-member'
  | 'batch-not-array'
  | 'batch-mixed-specversion'
  | 'batch-not-solicited';

/** Why a message is no valid event. */
export interface DecodeError {
  readonly reason: DecodeErrorReason;
  /** The attribute or member at fault, where there is one. As sent: clean it before you log it. */
  readonly attribute?: string;
  /** The HTTP status to answer with: 400, or 415 when the format is not understood. */
  readonly status: 400 | 415;
  /** What happened and what the sender should do. Holds no control characters and no value from the message. */
  readonly message: string;
}

/** Something that was repaired or passed over. With `strict` it would have been an error. */
export interface DecodeWarning {
  readonly reason: DecodeErrorReason;
  /** The attribute or member it is about, where there is one. As sent: clean it before you log it. */
  readonly attribute?: string;
  readonly message: string;
}

/** An HTTP message: what `decodeCloudEvent` takes. */
export interface CloudEventMessage {
  /** Raw name and value pairs where you have them: only they show a repeated header as such. */
  readonly headers: HeadersInput;
  /** The body's bytes, after any Content-Encoding is undone. Absent or empty means no data. */
  readonly body?: Uint8Array | undefined;
}

/** Options of `decodeCloudEvent`. */
export interface DecodeOptions {
  /** Refuse everything that a MUST of the specification forbids, instead of repairing it. Default false. */
  readonly strict?: boolean;
  /** Accept batches. Default false: the specification allows them only where the receiver asked for them. */
  readonly batch?: boolean;
  /** The most brackets and braces open at once in a JSON body. Default 64. */
  readonly maxDepth?: number;
}

/** One event was decoded. */
export interface DecodedEvent {
  readonly ok: true;
  readonly mode: 'binary' | 'structured';
  readonly event: CloudEvent;
  /** Empty when nothing had to be repaired. Always empty with `strict`. */
  readonly warnings: readonly DecodeWarning[];
}

/** A batch was decoded: all of its events, perhaps none. */
export interface DecodedBatch {
  readonly ok: true;
  readonly mode: 'batch';
  readonly events: readonly CloudEvent[];
  /** Empty when nothing had to be repaired. Always empty with `strict`. */
  readonly warnings: readonly DecodeWarning[];
}

/** The message is not a valid event. */
export interface DecodeFailure {
  readonly ok: false;
  readonly error: DecodeError;
}

/** What `decodeCloudEvent` returns: told apart by `ok`, then by `mode`. */
export type DecodeResult = DecodedEvent | DecodedBatch | DecodeFailure;
