import { type MemoryInbox, memoryInbox } from '@fic-webhooks/testing';
import { onTestFinished } from 'vitest';
import type { FicEventHandler, Inbox, ReceiverOptions, ReceiverResponse } from '../../src/index.js';
import { createRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, type RequestOptions } from '../support/requests.js';

/** A receiver with an inbox. */
export interface InboxReceiver extends RecordingReceiver {
  readonly inbox: MemoryInbox;
  /** Sends a notification, and gives the answer. */
  send(options?: RequestOptions): Promise<ReceiverResponse>;
}

/** Comes again at once, so that no test has to wait. */
export const quick = { firstDelay: 1, longestDelay: 1 };

/** Options of a receiver with an inbox; what is faulty about it stands over the inbox in memory. */
export interface InboxReceiverOptions extends Omit<Partial<ReceiverOptions>, 'handlers'> {
  readonly handlers?: Readonly<Record<string, FicEventHandler>>;
  readonly faults?: Partial<Inbox>;
  /** An inbox that another receiver has, too. */
  readonly shared?: MemoryInbox;
}

/** Makes a receiver that stores in memory, and closes it after the test. */
export function createInboxReceiver({
  faults,
  shared,
  ...options
}: InboxReceiverOptions = {}): InboxReceiver {
  const inbox = shared ?? memoryInbox();
  const recording = createRecordingReceiver({
    inbox: { ...inbox, ...faults },
    worker: quick,
    ...options,
  });
  onTestFinished(() => recording.receiver.close({ deadline: 0 }));
  return {
    ...recording,
    inbox,
    send: async (request) => recording.receiver.handle(await binaryRequest(request)),
  };
}

/** The code of a refusal; undefined for what has no body. */
export function codeOf({ body }: ReceiverResponse): string | undefined {
  return body === '' ? undefined : (JSON.parse(body) as { code: string }).code;
}
