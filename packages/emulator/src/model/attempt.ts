import type { FaultName } from './fault-settings.js';

/** A request or an answer as recorded. Bodies are cut at 64 KiB and decoded as UTF-8. */
export interface RecordedMessage {
  /** Names as sent, in the order sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Bytes of the whole body, as far as they were read. */
  readonly bodyBytes: number;
  /** True when the record holds less than what was read. */
  readonly truncated: boolean;
}

/** The request of an attempt. */
export interface RecordedRequest extends RecordedMessage {
  readonly method: 'GET' | 'POST';
  readonly url: string;
}

/** The answer of a sink. */
export interface RecordedResponse extends RecordedMessage {
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
  readonly request: RecordedRequest;
  readonly response: RecordedResponse | null;
  readonly failure: { readonly code: AttemptFailureCode; readonly message: string } | null;
  readonly verdict: Verdict;
  /** The verdict in one sentence. */
  readonly why: string;
  /** The faults that were applied to this attempt. */
  readonly faults: readonly FaultName[];
}
