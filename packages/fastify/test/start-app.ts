import type { AddressInfo } from 'node:net';
import {
  createTestKeyPair,
  type SendableRequest,
  sendOverHttp,
  type TestResponse,
} from '@fic-webhooks/testing';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { createReceiver, type FicEvent, type FicReceiver, type ReceiverOptions } from '../src/index.js';

const sink = 'https://example.com/webhooks/fic';
export const keys = createTestKeyPair();
/** For `signNotification` and `challengeRequest`. */
export const signing = { privateKey: keys.privateKey, sink };

/** A receiver with a handler for everything, which writes down what it is given. */
export interface RecordingReceiver {
  readonly receiver: FicReceiver;
  readonly handled: FicEvent[];
  /** Makes the next run of the handler fail. */
  failNext(): void;
}

/** The options of a receiver for the tokens of these tests. */
export const receiverOptions = {
  sink,
  applicationId: 1234,
  publicKeys: keys.publicKey,
  logger: false,
} as const satisfies ReceiverOptions;

export function createRecordingReceiver(options: Partial<ReceiverOptions> = {}): RecordingReceiver {
  const handled: FicEvent[] = [];
  let fails = false;
  const receiver = createReceiver({ ...receiverOptions, ...options }).on('*', async (event) => {
    if (fails) {
      fails = false;
      throw new Error('made to fail');
    }
    handled.push(event);
  });
  return {
    receiver,
    handled,
    failNext: () => {
      fails = true;
    },
  };
}

/** Starts an app for the running test, and gives its URL without a path. */
export async function startApp(app: FastifyInstance): Promise<string> {
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** Sends one request as Fatture in Cloud does. */
export function send(url: string, request: SendableRequest): Promise<TestResponse> {
  return sendOverHttp(url)(request);
}

/** The `code` of a refusal. */
export function codeOf({ body, headers }: TestResponse): string {
  if (headers['content-type'] !== 'application/problem+json') {
    throw new Error(`This is no answer of the receiver: ${headers['content-type']} ${body.slice(0, 200)}`);
  }
  return (JSON.parse(body) as { code: string }).code;
}
