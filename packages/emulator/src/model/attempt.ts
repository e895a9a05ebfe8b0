import type { FaultName } from './fault-settings.js';

/** A request or an answer as recorded. Bodies are cut at 64 KiB and decoded as UTF-8. */
export interface RecordedMessage {
  /** Names as sent, in the order sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Its beginning, as text. */
  readonly body: string;
  /** Bytes of the whole body, as far as they were read. */
  readonly bodyBytes: number;
  /** True when the record holds less than what was read. */
  readonly truncated: boolean;
}

/** The request of an attempt. */
export interface RecordedRequest extends RecordedMessage {
  /** GET for a verification, POST for a notification. */
  readonly method: 'GET' | 'POST';
  /** The whole URL, with the challenge where it is sent by query. */
  readonly url: string;
}

/** The answer of a sink. */
export interface RecordedResponse extends RecordedMessage {
  /** The HTTP status. */
  readonly status: number;
}

/** Why an attempt got no usable answer. */
export type AttemptFailureCode =
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'invalid-http'
  | 'name-unknown'
  | 'tls'
  | 'sink-not-loopback'
  | 'connection-dropped';

/**
 * What the service makes of the answer.
 * - `delivered`: taken.
 * - `retry`: to be tried again.
 * - `dropped`: given up.
 * - `deleted`: given up, and the subscription is deleted.
 */
export type Verdict = 'delivered' | 'retry' | 'dropped' | 'deleted';

/** One request of a delivery, with what came back. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** On the emulator's clock, milliseconds since the epoch. */
  readonly at: number;
  /** On the wall clock, which the token's times follow. */
  readonly sentAt: number;
  /** Milliseconds from the first byte sent to the end of the answer, or to the failure. */
  readonly duration: number;
  /** What was sent. */
  readonly request: RecordedRequest;
  /** What came back; null when there was no usable answer. */
  readonly response: RecordedResponse | null;
  /** Why there was no usable answer, for a program and for a reader; null when there was one. */
  readonly failure: { readonly code: AttemptFailureCode; readonly message: string } | null;
  /** What the service makes of it. */
  readonly verdict: Verdict;
  /** The verdict in one sentence. */
  readonly why: string;
  /** The faults that were applied to this attempt. */
  readonly faults: readonly FaultName[];
}
