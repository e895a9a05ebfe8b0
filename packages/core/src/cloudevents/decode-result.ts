import type { HeadersInput } from '../http/collect-headers.js';
import type { CloudEvent } from './cloud-event.js';

/** Why a message was refused, or what had to be repaired in it. Stable: a program may branch on them. */
export type DecodeErrorReason =
  /** A required attribute is absent, or `null` in JSON. */
  | 'missing'
  /** An attribute that must not be empty is. */
  | 'empty'
  /** A JSON value of a type the attribute cannot have; or a body that is not bytes. */
  | 'wrong-type'
  /** A control character, a noncharacter or half a surrogate pair in an attribute. */
  | 'bad-char'
  /** A name with other characters than a-z and 0-9, or the reserved name `data`. */
  | 'invalid-name'
  /** `source` is not a URI-reference (RFC 3986 section 4.1). */
  | 'invalid-uri-reference'
  /** `dataschema` is not an absolute URI (RFC 3986 section 4.3). */
  | 'invalid-uri'
  /** `time` is not an RFC 3339 timestamp. */
  | 'invalid-timestamp'
  /** `datacontenttype`, or Content-Type in binary mode, is not a media type. */
  | 'invalid-media-type'
  /** A header does not percent-decode to UTF-8. */
  | 'invalid-utf8'
  /** A header opens a double quote and does not close it. */
  | 'bad-quoting'
  /** A header has a percent sign without two hexadecimal digits. By default a warning. */
  | 'bad-percent-encoding'
  /** A header has raw bytes beyond ASCII. By default a warning when they are UTF-8. */
  | 'non-ascii-header'
  /** An attribute, or Content-Type, came in two headers. */
  | 'duplicate-header'
  /** `ce-datacontenttype` was sent: Content-Type is the place. By default a warning. */
  | 'ce-datacontenttype-forbidden'
  /** `specversion` is not `1.0`. */
  | 'unsupported-specversion'
  /** A CloudEvents media type that is not the JSON format. */
  | 'unsupported-event-format'
  /** JSON that is not declared as UTF-8, or text in a charset that the runtime does not know. */
  | 'unsupported-charset'
  /** No CloudEvents media type and none of the required `ce-*` headers. */
  | 'not-a-cloudevent'
  /** The body is not JSON. */
  | 'malformed-json'
  /** The bytes of the body are not valid in its charset. */
  | 'invalid-utf8-body'
  /** The event is not a JSON object. */
  | 'not-an-object'
  /** Both members are present. */
  | 'data-and-data_base64'
  /** `data` under a type that is not JSON must be a string. */
  | 'data-not-string'
  /** `data_base64` is not base64 with the standard alphabet and padding. */
  | 'invalid-base64'
  /** JSON deeper than `maxDepth`. */
  | 'too-deep'
  /** A `ce-*` header beside a structured body differs from it. By default a warning. */
  | 'header-body-mismatch'
  /** Two members of one name in the event. */
  | 'duplicate-member'
  /** A batch that is not a JSON array. */
  | 'batch-not-array'
  /** A batch of several spec versions. */
  | 'batch-mixed-specversion'
  /** A batch, and `batch` is not set. */
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
