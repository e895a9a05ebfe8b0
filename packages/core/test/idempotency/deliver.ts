import { randomUUID } from 'node:crypto';
import type { FicContext } from '../../src/handlers/event-handler.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import type { FicReceiver } from '../../src/receiver/fic-receiver.js';
import type { ReceiverOptions } from '../../src/receiver/receiver-options.js';
import type { ReceiverResponse } from '../../src/receiver/receiver-response.js';
import { binaryRequest, type RequestOptions } from '../support/requests.js';
import { applicationId, signingKey, sink } from '../support/sign-token.js';
import { until } from './moved-clock.js';

/** One run of a handler, which ends when the test says so. */
export interface Run {
  readonly eventId: string;
  readonly context: FicContext;
  ended: boolean;
  succeed(): void;
  fail(error?: Error): void;
}

/** A receiver whose handler waits for the test, and what it said. */
export interface ControlledReceiver {
  readonly receiver: FicReceiver;
  /** Every run so far, in the order in which they began. */
  readonly runs: Run[];
  /** Lines that the logger was given. */
  readonly lines: string[];
  /** Codes that `onAlert` was told. */
  readonly alerts: string[];
}

/** One delivery on its way. */
export interface Delivery {
  /** Undefined while the sender waits. */
  answer: ReceiverResponse | undefined;
  readonly response: Promise<ReceiverResponse>;
}

/** A receiver for the tokens of the tests with one handler for everything, which the test ends. */
export function createControlledReceiver(options: Partial<ReceiverOptions> = {}): ControlledReceiver {
  const runs: Run[] = [];
  const lines: string[] = [];
  const alerts: string[] = [];
  const log = (line: string) => {
    lines.push(line);
  };
  const receiver = createReceiver({
    sink,
    applicationId,
    publicKeys: signingKey.pem,
    logger: { warn: log, error: log },
    onAlert: ({ code }) => alerts.push(code),
    ...options,
  });
  receiver.on('*', (event, context) => {
    return new Promise<void>((resolve, reject) => {
      const run: Run = {
        eventId: event.id,
        context,
        ended: false,
        succeed() {
          run.ended = true;
          resolve();
        },
        fail(error = new Error('The database is away.')) {
          run.ended = true;
          reject(error);
        },
      };
      runs.push(run);
    });
  });
  return { receiver, runs, lines, alerts };
}

/** A fresh event id. */
export function makeEventId(): string {
  return `198:${randomUUID()}`;
}

/** Delivers an event, and returns once the answer is there or the receiver has read the body and gone on. */
export async function deliver(
  { receiver }: Pick<ControlledReceiver, 'receiver'>,
  id: string,
  options: RequestOptions = {},
): Promise<Delivery> {
  const request = await binaryRequest({ ...options, event: { id, ...options.event } });
  const delivery: Delivery = {
    answer: undefined,
    response: receiver.handle(request).then((answer) => {
      delivery.answer = answer;
      return answer;
    }),
  };
  await until(
    () => delivery.answer !== undefined || request.bodyReads() > 0,
    'the delivery to get past its token',
  );
  return delivery;
}

/** Status and code of an answer, such as `503 deadline`; the status alone for a success, `waiting` without one. */
export function summarize({ answer }: Delivery): string {
  if (answer === undefined) return 'waiting';
  const { status, body } = answer;
  return body === '' ? String(status) : `${status} ${(JSON.parse(body) as { code: string }).code}`;
}

/** The run at a place that must exist. */
export function runAt({ runs }: ControlledReceiver, index: number): Run {
  const run = runs[index];
  if (run === undefined) throw new Error(`There are ${runs.length} runs, none at ${index}.`);
  return run;
}
