import type { CaseSelection } from '../suite/case-result.js';
import type { Send } from '../test-request.js';

/** An event that reached a handler. A `FicEvent` is one. What is given beside the id is compared too. */
export interface HandledEvent {
  readonly id: string;
  readonly type?: string;
  readonly companyId?: number;
  readonly ids?: readonly (number | string)[];
}

/** Options of `runConformance`. */
export interface ConformanceOptions {
  /** The `sink` option of the receiver under test, to the letter. */
  sink: string;
  /** The PEM of the private key whose public key the receiver under test trusts. */
  privateKey: string;
  /** Sends one request to the endpoint: `sendOverHttp(url)`, or a way into the framework. */
  send: Send;
  /** The `applicationId` option of the receiver under test. Default 1234. */
  applicationId?: number;
  /**
   * The events, or their ids, whose handler has succeeded so far. Let a handler for `'*'` push them to a list. With it
   * the suite checks that the right events, and only they, reached a handler.
   */
  handled?: () => readonly (string | HandledEvent)[] | Promise<readonly (string | HandledEvent)[]>;
  /** Makes the next run of a handler fail, once. */
  failNext?: () => unknown;
  /** The names of the cases to run, or a function that chooses by name. Default all. */
  cases?: CaseSelection;
  /**
   * The statuses that count as a success. Default 204, and 202 for an inbox. A route of your own may answer another
   * one that Fatture in Cloud takes: 200 or 201.
   */
  successStatuses?: readonly number[];
  /** Milliseconds within which an accepted event must have reached its handler. Default 3,000; used with an inbox. */
  handledWithin?: number;
  /** Milliseconds within which a request must be answered. Default 5,000. */
  answerWithin?: number;
}
