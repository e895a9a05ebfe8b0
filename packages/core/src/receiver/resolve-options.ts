import type { FicWebhooksErrorCode } from '../errors/fic-webhooks-error.js';
import { findNearest } from '../errors/find-nearest.js';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { isLoopbackHost } from '../http/is-loopback-host.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { memoryStore } from '../idempotency/memory-store.js';
import type { Inbox } from '../inbox/inbox.js';
import { checkInbox, resolveWorkerOptions } from '../inbox/resolve-worker-options.js';
import type { ResolvedWorkerOptions } from '../inbox/worker-options.js';
import type { ClaimRules } from '../token/check-claims.js';
import { KeyRing } from '../token/public-keys.js';
import { type Logger, silentLogger } from './logger.js';
import type { ReceiverOptions } from './receiver-options.js';

/** Options as the receiver uses them: checked, and with every default in its place. */
export interface ResolvedOptions {
  readonly rules: ClaimRules;
  readonly keys: KeyRing;
  readonly store: IdempotencyStore | undefined;
  readonly inbox: Inbox | undefined;
  readonly worker: ResolvedWorkerOptions;
  readonly answerWithin: number;
  readonly handlerMaxRuntime: number;
  readonly bodyLimit: number;
  readonly logger: Logger;
}

/** The longest time a timer takes, 2^31 - 1 milliseconds. */
const longestTimer = 2_147_483_647;

const optionNames = [
  'sink',
  'applicationId',
  'company',
  'publicKeys',
  'clockTolerance',
  'idempotency',
  'inbox',
  'worker',
  'handlers',
  'answerWithin',
  'handlerMaxRuntime',
  'bodyLimit',
  'logger',
  'onAlert',
  'onError',
  'allowHttpSink',
];

/**
 * Checks the options of a receiver.
 *
 * @throws InvalidOptionError that names the option and the fix.
 */
export function resolveOptions(options: ReceiverOptions<unknown>): ResolvedOptions {
  checkNames(options);
  const inbox = readInbox(options);
  for (const name of ['company', 'onAlert', 'onError'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw wrongType(name, 'a function', options[name]);
  }
  return {
    rules: {
      sinks: readSinks(options),
      applicationIds: readApplicationIds(options),
      clockTolerance: readNumber(options, 'clockTolerance', 60_000, 0),
    },
    keys: new KeyRing(options.publicKeys),
    store: inbox === undefined ? readStore(options) : undefined,
    inbox,
    worker: resolveWorkerOptions(options.worker),
    answerWithin: readNumber(options, 'answerWithin', 3_000, 1),
    handlerMaxRuntime: readNumber(options, 'handlerMaxRuntime', 60_000, 1),
    bodyLimit: readNumber(options, 'bodyLimit', 4 * 1024 * 1024, 1),
    logger: readLogger(options),
  };
}

function checkNames(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw invalid('sink-missing', 'sink', 'createReceiver needs options: at least sink and applicationId.');
  }
  for (const name of Object.keys(options)) {
    if (optionNames.includes(name)) continue;
    const nearest = findNearest(name, optionNames);
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw invalid(
      'option-unknown',
      name,
      `There is no option ${name}.${hint} The options are: ${optionNames.join(', ')}.`,
    );
  }
}

function readInbox(options: ReceiverOptions<unknown>): Inbox | undefined {
  if (options.inbox === undefined) {
    if (options.worker === undefined) return undefined;
    throw invalid(
      'option-invalid',
      'worker',
      'worker is given without inbox: without one, handlers run while the sender waits. Give an inbox, or leave worker out.',
    );
  }
  if (options.idempotency !== undefined) {
    throw invalid(
      'inbox-with-idempotency',
      'inbox',
      'inbox and idempotency are both given. An inbox stores each event once by itself: leave idempotency out.',
    );
  }
  return checkInbox(options.inbox);
}

function readSinks({ sink, allowHttpSink }: ReceiverOptions<unknown>): readonly string[] {
  const sinks = Array.isArray(sink) ? (sink as readonly string[]) : [sink as string];
  if (sinks.length === 0 || sinks.some((one) => one === undefined || one === null || one === '')) {
    throw invalid(
      'sink-missing',
      'sink',
      'sink is missing. Give the URL of the subscription, exactly as the Subscriptions API returns it: without it, ' +
        'tokens made for other receivers would be accepted.',
    );
  }
  for (const one of sinks) checkSink(one, allowHttpSink === true);
  return sinks;
}

function checkSink(sink: unknown, allowHttp: boolean): void {
  const url = typeof sink === 'string' && URL.canParse(sink) ? new URL(sink) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid(
      'sink-invalid',
      'sink',
      `sink ${JSON.stringify(sink)} is not an absolute URL. Write it in full, such as https://example.com/webhooks/fic.`,
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackHost(url.hostname)) {
    throw invalid(
      'sink-insecure',
      'sink',
      `sink ${url.href} is plain HTTP. Fatture in Cloud refuses such a sink, and tokens sent to it could be read. ` +
        'Use https, or set allowHttpSink for a network that you trust.',
    );
  }
}

function readApplicationIds({ applicationId }: ReceiverOptions<unknown>): readonly number[] | 'any' {
  if (applicationId === 'any') return 'any';
  const ids = Array.isArray(applicationId) ? (applicationId as readonly number[]) : [applicationId as number];
  if (ids.length === 0 || ids.some((id) => id === undefined || id === null)) {
    throw invalid(
      'application-id-missing',
      'applicationId',
      'applicationId is missing. Give the id of your Fatture in Cloud application: one key signs for all customers, so ' +
        "without it anyone's application could send genuine events here. 'any' accepts all, with an alert.",
    );
  }
  for (const id of ids) {
    if (Number.isSafeInteger(id) && id > 0) continue;
    throw invalid(
      'application-id-invalid',
      'applicationId',
      `applicationId ${typeof id === 'number' ? id : (JSON.stringify(id) ?? String(id))} is not a positive whole number. From the environment, write ` +
        'Number(process.env.FIC_APPLICATION_ID), and check that the variable is set.',
    );
  }
  return ids;
}

function readStore({ idempotency }: ReceiverOptions<unknown>): IdempotencyStore | undefined {
  if (idempotency === false) return undefined;
  if (idempotency === undefined) return memoryStore();
  const isStore = (['claim', 'extend', 'complete', 'release'] as const).every(
    (method) => typeof (idempotency as Partial<IdempotencyStore> | null)?.[method] === 'function',
  );
  if (!isStore) throw wrongType('idempotency', 'a store such as memoryStore(), or false', idempotency);
  return idempotency;
}

function readLogger({ logger }: ReceiverOptions<unknown>): Logger {
  if (logger === false) return silentLogger;
  if (logger === undefined) return console;
  if (typeof logger?.warn !== 'function' || typeof logger.error !== 'function') {
    throw wrongType('logger', 'an object with warn() and error(), such as console, or false', logger);
  }
  return logger;
}

function readNumber(
  options: ReceiverOptions<unknown>,
  name: 'clockTolerance' | 'answerWithin' | 'handlerMaxRuntime' | 'bodyLimit',
  byDefault: number,
  minimum: number,
): number {
  const value = options[name] ?? byDefault;
  if (typeof value === 'number' && value >= minimum && value <= longestTimer) return value;
  throw wrongType(name, `a number from ${minimum} to ${longestTimer}`, value);
}

function wrongType(option: string, wanted: string, value: unknown): InvalidOptionError {
  const given = typeof value === 'number' || value === null ? String(value) : typeof value;
  return invalid('option-invalid', option, `${option} must be ${wanted}. It is ${given}.`);
}

function invalid(code: FicWebhooksErrorCode, option: string, message: string): InvalidOptionError {
  return new InvalidOptionError(code, option, message);
}
