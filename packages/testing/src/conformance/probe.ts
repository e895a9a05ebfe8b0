import { type ChallengeRequestOptions, challengeRequest } from '../challenge-request.js';
import { type SignNotificationOptions, signNotification } from '../sign-notification.js';
import { describeError } from '../suite/run-case.js';
import { CaseFailure } from '../suite/suite-case.js';
import { withTimeLimit } from '../suite/with-time-limit.js';
import { completeTestEvent, type TestEvent } from '../test-event.js';
import type { TestRequest, TestResponse } from '../test-request.js';
import type { ConformanceOptions, HandledEvent } from './conformance-options.js';
import { HandlerLedger } from './handler-ledger.js';

type Own = 'privateKey' | 'sink' | 'applicationId';
/** What a case changes about a notification. */
export type NotificationTamper = Partial<Omit<SignNotificationOptions, Own>>;
/** What a case changes about a verification request. */
export type ChallengeTamper = Partial<Omit<ChallengeRequestOptions, Own>>;

/** A notification with what is known of it. */
export interface Delivery {
  readonly request: TestRequest;
  readonly event: HandledEvent & { readonly type: string };
}

/** What a case works with: the endpoint under test, and the means to write requests for it. */
export class Probe {
  readonly sink: string;
  readonly privateKey: string;
  readonly applicationId: number;
  readonly successStatuses: readonly number[];
  readonly failNext: ConformanceOptions['failNext'];
  readonly ledger: HandlerLedger;
  /** How many requests in a row have got no answer, and why the last one did not. */
  silence: { readonly count: number; readonly why: string } = { count: 0, why: '' };
  readonly #send: ConformanceOptions['send'];
  readonly #answerWithin: number;

  constructor(options: ConformanceOptions) {
    this.sink = options.sink;
    this.privateKey = options.privateKey;
    this.applicationId = options.applicationId ?? 1234;
    this.successStatuses = options.successStatuses ?? [204, 202];
    this.failNext = options.failNext;
    this.ledger = new HandlerLedger(options);
    this.#send = options.send;
    this.#answerWithin = options.answerWithin ?? 5_000;
  }

  /** A notification. Each has an id of its own unless the event says otherwise. */
  notify(event: TestEvent = {}, tamper: NotificationTamper = {}): Delivery {
    const { privateKey, sink, applicationId } = this;
    const { id, type, subject, time, ids } = completeTestEvent(event);
    const signed = signNotification(
      { id, type, subject, time, ids },
      { privateKey, sink, applicationId, ...tamper },
    );
    const company = /^company:(\d+)$/.exec(subject)?.[1];
    return {
      request: { method: 'POST', headers: Object.entries(signed.headers), query: [], body: signed.body },
      event: { id, type, ids, ...(company !== undefined && { companyId: Number(company) }) },
    };
  }

  /** A verification request. */
  challenge(tamper: ChallengeTamper = {}): { request: TestRequest; challenge: string } {
    const { privateKey, sink, applicationId } = this;
    const { headers, query, challenge } = challengeRequest({ privateKey, sink, applicationId, ...tamper });
    return {
      request: {
        method: 'GET',
        headers: Object.entries(headers),
        query: Object.entries(query),
        body: undefined,
      },
      challenge,
    };
  }

  /** Sends a request; no answer is a failure of the case. */
  async send(request: TestRequest): Promise<TestResponse> {
    try {
      // Sending may throw at once, too.
      const sending = Promise.resolve().then(() => this.#send(request));
      const late = () => new Error(`nothing came within ${this.#answerWithin} ms`);
      const response = await withTimeLimit(sending, this.#answerWithin, late);
      if (!isAnswer(response))
        throw new TypeError('send gave no answer of the form { status, headers, body }');
      this.silence = { count: 0, why: '' };
      return response;
    } catch (error) {
      const why = describeError(error);
      this.silence = { count: this.silence.count + 1, why };
      throw new CaseFailure(`There was no answer: ${why}`);
    }
  }
}

/** `send` is the caller's, perhaps in JavaScript. */
function isAnswer(value: unknown): value is TestResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, body } = value as Partial<TestResponse>;
  return (
    typeof status === 'number' && typeof body === 'string' && typeof headers === 'object' && headers !== null
  );
}
