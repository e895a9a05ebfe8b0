import { type Alert, createReceiver, type FicReceiver, type ReceiverOptions } from '../../src/index.js';
import { applicationId, signingKey, sink } from './sign-token.js';

/** A receiver that trusts the key of the tests, and what it said. */
export interface RecordingReceiver {
  readonly receiver: FicReceiver;
  /** Lines of the log, with their level in front. */
  readonly lines: string[];
  readonly alerts: Alert[];
  /** What onError was told. */
  readonly errors: unknown[];
}

/** Makes a receiver for the sink and application of the tests. */
export function createRecordingReceiver(options: Partial<ReceiverOptions> = {}): RecordingReceiver {
  const lines: string[] = [];
  const alerts: Alert[] = [];
  const errors: unknown[] = [];
  const receiver = createReceiver({
    sink,
    applicationId,
    publicKeys: signingKey.pem,
    logger: { warn: (line) => lines.push(`warn ${line}`), error: (line) => lines.push(`error ${line}`) },
    onAlert: (alert) => alerts.push(alert),
    onError: (error) => errors.push(error),
    ...options,
  });
  return { receiver, lines, alerts, errors };
}
