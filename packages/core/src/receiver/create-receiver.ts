import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import type { FicEvent } from '../events/fic-event.js';
import { type Notification, parseNotification } from '../events/parse-notification.js';
import type { UnlistedEvent } from '../events/unlisted.js';
import type { HandlerOptions } from '../handlers/event-handler.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import { collectHeaders } from '../http/collect-headers.js';
import { InboxProcessor } from '../inbox/inbox-processor.js';
import { InboxRuntime } from '../inbox/inbox-runtime.js';
import { ItemWorker } from '../inbox/item-worker.js';
import type { TokenClaims } from '../token/claims.js';
import { readBearerToken } from '../token/read-bearer-token.js';
import { TokenVerifier } from '../token/token-verifier.js';
import { after } from './after.js';
import { decideCompany } from './company-decision.js';
import { Exchange } from './exchange.js';
import type { CloseOptions, FicReceiver, VerifyResult } from './fic-receiver.js';
import { InlineProcessor } from './inline-processor.js';
import { isOutcome, type Outcome } from './outcomes.js';
import type { Processor } from './processor.js';
import { decodeBody, readBody } from './read-body.js';
import { readChallenge } from './read-challenge.js';
import { markReceiver } from './receiver-brand.js';
import type { ReceiverOptions, UnhandledCallback } from './receiver-options.js';
import type { ReceiverRequest, RequestScope } from './receiver-request.js';
import type { ReceiverResponse } from './receiver-response.js';
import { messageOf, Reporter, swallow } from './reporter.js';
import { resolveOptions } from './resolve-options.js';
import { respond } from './respond.js';

/** An event that is genuine, well-formed and ours. */
interface Received {
  readonly notification: Notification;
  readonly claims: TokenClaims;
}

/** What the first half of the way comes to. */
type Reception = Received | Outcome;

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
export function createReceiver<const H = Readonly<Record<never, never>>>(
  options: ReceiverOptions<H>,
): FicReceiver {
  const { rules, keys, store, inbox, worker, answerWithin, handlerMaxRuntime, bodyLimit, logger } =
    resolveOptions(options);
  const reporter = new Reporter({ logger, onAlert: options.onAlert, onError: options.onError });
  const verifier = new TokenVerifier(keys, rules);
  const registry = new HandlerRegistry({ uniqueNames: inbox !== undefined });
  for (const [pattern, handler] of Object.entries(options.handlers ?? {})) registry.add(pattern, handler);
  const unhandled: UnhandledCallback[] = [];
  const onUnhandled = (event: FicEvent, scope?: RequestScope) => {
    for (const callback of unhandled) swallow(() => callback(event), scope);
    return unhandled.length > 0;
  };
  const hasHandlers = () => !registry.isEmpty || unhandled.length > 0;
  const runtime =
    inbox &&
    new InboxRuntime({
      inbox,
      reporter,
      worker,
      startsByItself: options.worker !== false,
      items: new ItemWorker({
        registry,
        reporter,
        logger,
        worker,
        handlerMaxRuntime,
        bodyLimit,
        company: options.company,
        onUnhandled,
      }),
    });
  if (hasHandlers()) runtime?.expectHandlers();
  const processor: Processor =
    inbox === undefined
      ? new InlineProcessor({
          store,
          registry,
          reporter,
          logger,
          answerWithin,
          handlerMaxRuntime,
          onUnhandled,
        })
      : new InboxProcessor({ inbox, bodyLimit, onNotification: () => runtime?.touch(hasHandlers()) });
  let inFlight = 0;
  let closing: Promise<void> | undefined;
  let whenIdle: (() => void)[] = [];

  /** The first half of the way: what ends here is a refusal, a challenge or an event that somebody may handle. */
  function receive(request: ReceiverRequest, exchange: Exchange): Reception | Promise<Reception> {
    const { method } = request;
    if (method !== 'GET' && method !== 'POST') return { code: 'method-not-allowed' };
    if (method === 'POST' && closing !== undefined) return { code: 'closing' };
    const token = readBearerToken(exchange.headers);
    if (typeof token !== 'string') return token;
    return after(verifier.verify(token, method === 'GET' ? 'challenge' : 'event'), (claims) => {
      if (isOutcome(claims)) return claims;
      if (rules.applicationIds === 'any') {
        const seen = claims.applicationId ?? 'none';
        reporter.notice('application-seen', `applicationId ${seen}.`, request);
      }
      return method === 'GET'
        ? readChallenge(exchange.headers, request)
        : readEvent(request, exchange, claims);
    });
  }

  function readEvent(
    request: ReceiverRequest,
    exchange: Exchange,
    claims: TokenClaims,
  ): Reception | Promise<Reception> {
    exchange.stage = 'body';
    return after(readBody(request, exchange, bodyLimit), (body) =>
      after(decodeBody(body, exchange.headers, bodyLimit), (decoded) => {
        const notification = parseNotification(exchange.headers, decoded, claims);
        if (isOutcome(notification)) return { ...notification, unread: { body, claims } };
        return admit(notification, request, exchange, claims);
      }),
    );
  }

  /** The company is ours? */
  function admit(
    notification: Notification,
    request: ReceiverRequest,
    exchange: Exchange,
    claims: TokenClaims,
  ): Reception | Promise<Reception> {
    if (notification.specversion !== '1.0') {
      reporter.notice('specversion-unexpected', `specversion ${notification.specversion}.`, request);
    }
    const received = { notification, claims };
    if (options.company === undefined) return received;
    exchange.stage = 'company';
    return decideCompany(options.company, notification.event).then((refusal) => refusal ?? received);
  }

  /** Runs one request under its deadline, tells the log what became of it, and goes on with that. Never rejects. */
  function exchangeFor<T extends object, R>(
    request: ReceiverRequest,
    work: (exchange: Exchange) => T | Outcome | Promise<T | Outcome>,
    next: (result: T | Outcome, closeConnection: boolean) => R,
  ): Promise<R> {
    inFlight++;
    const end = (result: T | Outcome, closeConnection: boolean) => {
      inFlight--;
      if (inFlight === 0) for (const wake of whenIdle.splice(0)) wake();
      if (isOutcome(result)) reporter.outcome(result, scopeOf(request));
      return next(result, closeConnection);
    };
    try {
      const exchange = new Exchange(collectHeaders(request.headers), answerWithin);
      return exchange.run(() => work(exchange)).then((result) => end(result, exchange.hasUnreadBody()));
    } catch (error) {
      // What the adapter gave is no request.
      return Promise.resolve(end({ code: 'internal', detail: messageOf(error) }, true));
    }
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
    try {
      await Promise.race([Promise.all([drain(), runtime?.stop(deadline - reserveOf(deadline))]), late]);
      whenIdle = [];
      // A store that hangs must not hold up the end of the process: the deadline is for both.
      await Promise.race([runtime === undefined ? store?.close?.() : runtime.close(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  const receiver: FicReceiver = {
    on(
      patterns: string | UnlistedEvent | readonly string[],
      handler: unknown,
      { name }: HandlerOptions = {},
    ) {
      registry.add(patterns, handler, name);
      runtime?.expectHandlers();
      return receiver;
    },

    onUnhandled(callback) {
      unhandled.push(callback);
      runtime?.expectHandlers();
      return receiver;
    },

    handle(request) {
      return exchangeFor<Outcome, ReceiverResponse>(
        request,
        (exchange) =>
          after(receive(request, exchange), (received) => {
            if (isOutcome(received)) return processor.refuse?.(received, exchange, request) ?? received;
            // Past the deadline nothing new is begun: the sender has its answer and will come again.
            if (exchange.expired) return { code: 'deadline' };
            const { notification, claims } = received;
            return processor.process({ notification, claims, exchange, scope: request });
          }),
        respond,
      );
    },

    verify(request) {
      return exchangeFor<Received, VerifyResult>(
        request,
        (exchange) =>
          after(receive(request, exchange), (received) => {
            if (isOutcome(received)) return received;
            const { event } = received.notification;
            return event.name === 'subscriptions.welcome' ? { code: 'welcome' } : received;
          }),
        (result, closeConnection) =>
          isOutcome(result)
            ? { kind: 'respond', response: respond(result, closeConnection) }
            : { kind: 'event', event: result.notification.event },
      );
    },

    async ready() {
      await runtime?.ready();
    },

    async work() {
      if (runtime !== undefined) return runtime.work();
      throw new FicWebhooksError(
        'inbox-missing',
        'work() needs an inbox, and this receiver has none: handlers run while the sender waits. Give the option ' +
          '`inbox`, or leave work() out.',
      );
    },

    async health() {
      if (runtime === undefined) return { ready: closing === undefined, inFlight };
      const status = await runtime.health();
      return { ready: closing === undefined && runtime.isReady, inFlight, inbox: status };
    },

    close({ deadline }: CloseOptions = {}) {
      closing ??= shutDown(boundDeadline(deadline));
      return closing;
    },
  };
  return markReceiver(receiver);
}

/** A timer that is given more than it takes, Infinity above all, is over at once. */
function boundDeadline(deadline: number | undefined): number {
  if (deadline === undefined || Number.isNaN(deadline)) return 20_000;
  return Math.min(Math.max(0, deadline), 2_147_483_647);
}

/** Of the time to close: what the release of unfinished work and the end of connections may take. */
function reserveOf(deadline: number): number {
  return Math.min(1_000, deadline / 5);
}

/** Also for a request that is not what its type says: `handle` never rejects. */
function scopeOf(request: ReceiverRequest): RequestScope | undefined {
  try {
    return request.logger === undefined && request.waitUntil === undefined ? undefined : request;
  } catch {
    return undefined;
  }
}
