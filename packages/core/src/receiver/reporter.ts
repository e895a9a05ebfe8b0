import type { FicEvent } from '../events/fic-event.js';
import { isPlain } from './after.js';
import type { Alert } from './alert.js';
import { cleanText } from './clean-text.js';
import { type Logger, pickLogger } from './logger.js';
import { type NoticeCode, notices } from './notices.js';
import { OncePerMinute } from './once-per-minute.js';
import { describeOutcome, type Outcome } from './outcomes.js';
import type { RequestScope } from './receiver-request.js';

/**
 * What `onError` is told beside the error.
 *
 * @example
 * ```ts
 * createReceiver({
 *   sink,
 *   applicationId,
 *   onError: (error, { event, handler }) => Sentry.captureException(error, { extra: { id: event.id, handler } }),
 * });
 * ```
 */
export interface HandlerFailure {
  readonly event: FicEvent;
  /** The name of the handler: the `name` it was registered with, or its pattern. */
  readonly handler: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** `inline`: while the sender waits. `worker`: later, from the inbox. */
  readonly where: 'inline' | 'worker';
}

/** Who is told of what. */
export interface ReporterOptions {
  readonly logger: Logger;
  readonly onAlert?: ((alert: Alert) => unknown) | undefined;
  readonly onError?: ((error: unknown, failure: HandlerFailure) => unknown) | undefined;
}

/** The one way to the log, to `onAlert` and to `onError`. Whatever they throw is swallowed. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #limit = new OncePerMinute();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Says what became of a request, when its row has something to say. */
  outcome({ code, detail }: Outcome, scope?: RequestScope): void {
    const { title, cause, cure, alert } = describeOutcome(code);
    if (cause !== undefined)
      this.#say(code, { title: title ?? '', cause, cure: cure ?? '', alert }, detail, scope);
  }

  /** Says what is worth a word although the answer stays the same. */
  notice(code: NoticeCode, detail?: string, scope?: RequestScope): void {
    this.#say(code, { alert: undefined, ...notices[code] }, detail, scope);
  }

  /** Tells `onError` of every failure, and the log of one per handler and minute. */
  handlerFailure(error: unknown, failure: HandlerFailure, scope?: RequestScope): void {
    swallow(() => this.#options.onError?.(error, failure), scope);
    const count = this.#limit.pass(`handler ${failure.handler}`);
    if (count === 0) return;
    const { id, name } = failure.event;
    const text = `Handler '${failure.handler}' failed on ${name} ${id}: ${messageOf(error)}`;
    swallow(() => {
      const logger = pickLogger(this.#options.logger, scope?.logger);
      return logger.error(`[fic-webhooks] handler-failed: ${cleanText(text)}${times(count)}`);
    }, scope);
  }

  #say(
    code: Alert['code'],
    row: { title: string; cause: string; cure: string; alert: true | undefined },
    detail: string | undefined,
    scope: RequestScope | undefined,
  ): void {
    const count = this.#limit.pass(code);
    if (count === 0) return;
    // Adapters of others may hand on what no error of ours has as its message.
    const seen = detail === undefined ? undefined : cleanText(messageOf(detail));
    const parts = [`${code}:`, row.title, seen, `Likely cause: ${row.cause}`, `Cure: ${row.cure}`];
    const message = parts.filter((part) => part !== undefined && part !== '').join(' ') + times(count);
    swallow(() => pickLogger(this.#options.logger, scope?.logger).warn(`[fic-webhooks] ${message}`), scope);
    if (!row.alert) return;
    const alert: Alert = { code, message, count, ...(seen !== undefined && { detail: seen }) };
    swallow(() => this.#options.onAlert?.(alert), scope);
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    // Not every message is a text: the errors of some clients have the body of an answer there.
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'something that cannot be shown';
  }
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count} times since it was last said)`;
}

/**
 * Runs a callback of the user's, which must never change an answer: what it throws or rejects is dropped. One that is
 * asynchronous may end after the answer.
 */
export function swallow(callback: () => unknown, scope?: RequestScope): void {
  try {
    const result = callback();
    if (isPlain(result)) return;
    const settled = Promise.resolve(result).catch(() => {});
    const kept: unknown = scope?.waitUntil?.(settled);
    if (!isPlain(kept)) Promise.resolve(kept).catch(() => {});
  } catch {
    // By contract: whatever onAlert, onError, the logger, onUnhandled or waitUntil throws is swallowed.
  }
}
