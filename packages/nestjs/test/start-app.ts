import type { AddressInfo } from 'node:net';
import {
  createTestKeyPair,
  type SendableRequest,
  sendOverHttp,
  type TestResponse,
} from '@fic-webhooks/testing';
import type { INestApplication, NestApplicationOptions, Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { onTestFinished } from 'vitest';
import type { FicEvent, ReceiverOptions } from '../src/index.js';

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

/** The same of another endpoint. */
const secondSink = 'https://example.com/webhooks/second';
export const secondSigning = { ...signing, sink: secondSink };
export const secondOptions = { ...receiverOptions, sink: secondSink };

/** The platforms, each with an adapter of its own for every app. */
export const platforms: readonly (readonly [string, () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

/** What is said of body parsers when an app is made. */
export const parserSettings: readonly (readonly [string, NestApplicationOptions])[] = [
  ['the parsers of Nest', {}],
  ['rawBody: true', { rawBody: true }],
  ['bodyParser: false', { bodyParser: false }],
];

/** Writes down what handlers are given, and can make one fail. */
export class Ledger {
  readonly handled: FicEvent[] = [];
  #fails = false;

  /** To be called by a handler. */
  note(event: FicEvent): void {
    if (this.#fails) {
      this.#fails = false;
      throw new Error('made to fail');
    }
    this.handled.push(event);
  }

  /** Makes the next run of the handler fail. */
  failNext(): void {
    this.#fails = true;
  }
}

/** What a test may set on an app. */
export interface AppSettings {
  readonly adapter: AbstractHttpAdapter;
  readonly options?: NestApplicationOptions;
  /** Called between the making of the app and its start, as `main.ts` does. */
  readonly configure?: (app: INestApplication) => unknown;
}

/** Makes an app for the running test, without starting it. */
export async function createApp(
  module: Type,
  { adapter, options = {}, configure }: AppSettings,
): Promise<INestApplication> {
  const app = await NestFactory.create(module, adapter, { logger: false, abortOnError: false, ...options });
  onTestFinished(() => app.close());
  await configure?.(app);
  return app;
}

/** Starts an app for the running test, and gives its URL without a path. */
export async function startApp(module: Type, settings: AppSettings): Promise<string> {
  const app = await createApp(module, settings);
  await app.listen(0, '127.0.0.1');
  return urlOf(app);
}

export function urlOf(app: INestApplication): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
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
