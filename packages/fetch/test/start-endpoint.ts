import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createTestKeyPair,
  type SendableRequest,
  sendOverHttp,
  type TestRequest,
  type TestResponse,
} from '@fic-webhooks/testing';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { createReceiver, type FicEvent, type FicReceiver, type ReceiverOptions } from '../src/index.js';

export const sink = 'https://example.com/webhooks/fic';
export const keys = createTestKeyPair();
/** For `signNotification` and `challengeRequest`. */
export const signing = { privateKey: keys.privateKey, sink };

/** The options of a receiver for the tokens of these tests. */
export const receiverOptions = {
  sink,
  applicationId: 1234,
  publicKeys: keys.publicKey,
  logger: false,
} as const satisfies ReceiverOptions;

/** A receiver with a handler for everything, which writes down what it is given. */
export interface RecordingReceiver {
  readonly receiver: FicReceiver;
  readonly handled: FicEvent[];
  /** Makes the next run of the handler fail. */
  failNext(): void;
}

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

/** Starts an app on Node.js for the running test, and gives its URL without a path. */
export async function startApp(app: Hono): Promise<string> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends one request as Fatture in Cloud does. */
export function send(url: string, request: SendableRequest): Promise<TestResponse> {
  return sendOverHttp(url)(request);
}

/** A `Request` for what `signNotification`, `challengeRequest` and the suite make. */
export function toRequest(request: SendableRequest | TestRequest): Request {
  const { method = 'POST', headers = {}, query = {}, body } = request;
  const url = new URL(sink);
  for (const [name, value] of new URLSearchParams(query as Record<string, string>))
    url.searchParams.append(name, value);
  return new Request(url, {
    method,
    headers: headers as Record<string, string>,
    ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
  });
}

/** The answer in the form of the suite. */
export async function toAnswer(response: Response): Promise<TestResponse> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

/** Status and code of an answer, such as `503 body-aborted`; the status alone for a success. */
export async function summarize(response: Response): Promise<string> {
  const text = await response.text();
  if (response.headers.get('content-type') !== 'application/problem+json') return String(response.status);
  return `${response.status} ${(JSON.parse(text) as { code: string }).code}`;
}
