import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import { type Notification, parseNotification } from '../events/parse-notification.js';
import type { UnlistedEvent } from '../events/unlisted.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import type { HandlerOptions } from '../handlers/event-handler.js';
import { collectHeaders } from '../http/collect-headers.js';
import type { TokenClaims } from '../token/claims.js';
import { readBearerToken } from '../token/read-bearer-token.js';
import { TokenVerifier } from '../token/token-verifier.js';
import { decideCompany } from './company-decision.js';
import { Exchange } from './exchange.js';
import type { CloseOptions, FicReceiver, VerifyResult } from './fic-receiver.js';
import { InlineProcessor } from './inline-processor.js';
import { isOutcome, type Outcome } from './outcomes.js';
import { readBody } from './read-body.js';
import { readChallenge } from './read-challenge.js';
import { markReceiver } from './receiver-brand.js';
import type { ReceiverOptions, UnhandledCallback } from './receiver-options.js';
import type { ReceiverRequest } from './receiver-request.js';
import { messageOf, Reporter, swallow } from './reporter.js';
import { resolveOptions } from './resolve-options.js';
import { respond } from './respond.js';

/** An event that is genuine, well-formed and ours. */
interface Received {
  readonly notification: Notification;
  readonly claims: TokenClaims;
}

/**
 * Makes a receiver for one endpoint.
 *
 * @throws InvalidOptionError that names the option and the fix, FicWebhooksError `event-name-unknown` for a handler that
 * could never run.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({
 *   sink: 'https://example.com/webhooks/fic',
 *   applicationId: 1234,
 *   handlers: {
 *     'entities.clients.*': async (event) => saveClients(event.companyId, event.ids),
 *   },
 * });
 * ```
 */
export function createReceiver<const H = Readonly<Record<never, never>>>(options: ReceiverOptions<H>): FicReceiver {
  const { rules, keys, store, answerWithin, handlerMaxRuntime, bodyLimit, logger } = resolveOptions(options);
  const reporter = new Reporter({ logger, onAlert: options.onAlert, onError: options.onError });
  const verifier = new TokenVerifier(keys, rules);
  const registry = new HandlerRegistry();
  for (const [pattern, handler] of Object.entries(options.handlers ?? {})) registry.add(pattern, handler);
  const unhandled: UnhandledCallback[] = [];
  const processor = new InlineProcessor({
    store,
    registry,
    reporter,
    logger,
    answerWithin,
    handlerMaxRuntime,
    onUnhandled: (event) => {
      for (const callback of unhandled) swallow(() => callback(event));
    },
  });
  let inFlight = 0;
  let closing: Promise<void> | undefined;
  let whenIdle: (() => void)[] = [];

  /** The first half of the way: what ends here is a refusal, a challenge or an event that somebody may handle. */
  async function receive(request: ReceiverRequest, exchange: Exchange, idle: boolean): Promise<Received | Outcome> {
    const { method } = request;
    if (method !== 'GET' && method !== 'POST') return { code: 'method-not-allowed' };
    if (method === 'POST' && closing !== undefined) return { code: 'closing' };
    const token = readBearerToken(exchange.headers);
    if (typeof token !== 'string') return token;
    const claims = await verifier.verify(token, method === 'GET' ? 'challenge' : 'event', idle);
    if (isOutcome(claims)) return claims;
    if (rules.applicationIds === 'any') {
      reporter.notice('application-seen', `applicationId ${claims.applicationId}.`, request.logger);
    }
    if (method === 'GET') return readChallenge(exchange.headers, request);

    exchange.stage = 'body';
    const body = await readBody(request, exchange, bodyLimit);
    if (isOutcome(body)) return body;
    const notification = parseNotification(exchange.headers, body, claims);
    if (isOutcome(notification)) return notification;
    if (notification.specversion !== '1.0') {
      reporter.notice('specversion-unexpected', `specversion ${notification.specversion}.`, request.logger);
    }
    if (options.company !== undefined) {
      exchange.stage = 'company';
      const refusal = await decideCompany(options.company, notification.event);
      if (refusal !== undefined) return refusal;
    }
    return { notification, claims };
  }

  /** Runs one request under its deadline, and tells the log what became of it. */
  async function exchangeFor<T extends object>(
    request: ReceiverRequest,
    work: (exchange: Exchange, idle: boolean) => Promise<T | Outcome>,
  ): Promise<{ result: T | Outcome; closeConnection: boolean }> {
    const idle = inFlight === 0;
    inFlight++;
    let closeConnection = true;
    let result: T | Outcome;
    try {
      const exchange = new Exchange(collectHeaders(request.headers));
      result = await exchange.answerWithin(answerWithin, work(exchange, idle));
      closeConnection = exchange.hasUnreadBody();
    } catch (error) {
      result = { code: 'internal', detail: messageOf(error) };
    }
    inFlight--;
    if (inFlight === 0) for (const wake of whenIdle.splice(0)) wake();
    if (isOutcome(result)) reporter.outcome(result, request.logger);
    return { result, closeConnection };
  }

  async function drain(): Promise<void> {
    if (inFlight > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    await processor.idle();
  }

  async function shutDown(deadline: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadline);
    });
    await Promise.race([drain(), late]);
    clearTimeout(timer);
    whenIdle = [];
    await store?.close?.();
  }

  const receiver: FicReceiver = {
    on(patterns: string | UnlistedEvent | readonly string[], handler: unknown, { name }: HandlerOptions = {}) {
      registry.add(patterns, handler, name);
      return receiver;
    },

    onUnhandled(callback) {
      unhandled.push(callback);
      return receiver;
    },

    async handle(request) {
      const { result, closeConnection } = await exchangeFor<Outcome>(request, async (exchange, idle) => {
        const received = await receive(request, exchange, idle);
        // Past the deadline nothing new is begun: the sender has its answer and will come again.
        if (isOutcome(received) || exchange.expired) return isOutcome(received) ? received : { code: 'deadline' };
        const { notification, claims } = received;
        return processor.process({ notification, claims, exchange, logger: request.logger });
      });
      return respond(result, closeConnection);
    },

    async verify(request): Promise<VerifyResult> {
      const { result, closeConnection } = await exchangeFor(request, async (exchange, idle) => {
        const received = await receive(request, exchange, idle);
        if (isOutcome(received)) return received;
        const { event } = received.notification;
        return event.name === 'subscriptions.welcome' ? ({ code: 'welcome' } satisfies Outcome) : received;
      });
      if (isOutcome(result)) return { kind: 'respond', response: respond(result, closeConnection) };
      return { kind: 'event', event: result.notification.event };
    },

    async work() {
      throw new FicWebhooksError('inbox-missing', 'work() needs an inbox, and this receiver has none: handlers run inline.');
    },

    async health() {
      return { ready: closing === undefined, inFlight };
    },

    close({ deadline = 20_000 }: CloseOptions = {}) {
      closing ??= shutDown(deadline);
      return closing;
    },
  };
  return markReceiver(receiver);
}
