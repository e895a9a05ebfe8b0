import pRetry from 'p-retry';
import type * as z from 'zod/mini';
import { FicWebhooksError } from '../../errors/fic-webhooks-error.js';
import { cleanText } from '../../receiver/clean-text.js';
import { swallow } from '../../receiver/reporter.js';
import type { RetryNotice, SubscriptionsClientOptions } from '../client-options.js';
import type { Clock } from '../clock.js';
import { type RateLimit, readRateLimit } from '../rate-limit.js';
import { readAccessToken } from './access-token.js';
import { parseJson } from './answer-shapes.js';
import type { ApiAnswer, ApiCall } from './api-call.js';
import { explainRefusal, makeError } from './explain-refusal.js';
import { decideDelay, isOutcomeUnknown } from './retry-policy.js';
import { sendRequest } from './send-request.js';
import { timeIsOver, withSignal } from './with-signal.js';
import { copyError, withoutToken } from './without-token.js';

/** What a connection needs. Checked before. */
export interface ConnectionOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly accessToken: SubscriptionsClientOptions['accessToken'];
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly timeout: number;
  readonly retries: number;
  readonly longestWait: number;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: ((notice: RetryNotice) => unknown) | undefined;
  readonly clock: Clock;
}

/** The way to the API: token, attempts, errors, quotas. */
export class ApiConnection {
  readonly options: ConnectionOptions;
  rateLimit: RateLimit = {};

  constructor(options: ConnectionOptions) {
    this.options = options;
  }

  /**
   * Makes a call, and checks its answer.
   *
   * @throws FicApiError
   */
  async fetchJson<Shape extends z.ZodMiniType>(
    call: ApiCall,
    shape: Shape,
    signal: AbortSignal | undefined,
  ): Promise<z.output<Shape>> {
    const { status, text, token } = await this.send(call, signal);
    const { success, data, error } = shape.safeParse(parseJson(text));
    if (success) return data;
    const field = error.issues[0]?.path.map(String).join('.') || 'the body';
    throw makeError('api-answer-unexpected', call, {
      status,
      happened: `was answered ${status}, but ${cleanText(field)} is not what it should be: ${cleanText(withoutToken(text, token).slice(0, 100))}`,
    });
  }

  /**
   * Makes a call, again where that is safe and may help.
   *
   * @throws FicApiError
   */
  async send(call: ApiCall, callSignal: AbortSignal | undefined): Promise<ExchangeAnswer> {
    const { retries, longestWait, onRetry, clock, signal: clientSignal } = this.options;
    let mayBeDone = false;
    return withSignal({ signals: [clientSignal, callSignal] }, (signal) =>
      pRetry(() => this.#attempt(call, { signal, mayBeDone }), {
        retries,
        minTimeout: 0,
        signal,
        shouldRetry: async ({ error, attemptNumber: attempt }) => {
          if (!(error instanceof FicWebhooksError)) return false;
          const delay = decideDelay(error, { call, attempt, longestWait });
          if (delay === undefined) return false;
          mayBeDone ||= isOutcomeUnknown(error);
          swallow(() => onRetry?.({ attempt, error, delay }));
          // The waiting is done here, because only here the delay that the service asks for is known.
          await clock.sleep(delay, { signal });
          return true;
        },
      }),
    );
  }

  async #attempt(
    call: ApiCall,
    { signal, mayBeDone }: { signal: AbortSignal; mayBeDone: boolean },
  ): Promise<ExchangeAnswer> {
    const first = await this.#exchange(call, signal, undefined);
    const answer =
      first.status === 401 && typeof this.options.accessToken !== 'string'
        ? ((await this.#exchange(call, signal, first.token)) ?? first)
        : first;
    const { status, headers, text, token } = answer;
    if (status >= 200 && status < 300) {
      this.rateLimit = { ...this.rateLimit, ...readRateLimit(headers) };
      return answer;
    }
    // The attempt before, whose answer was lost, has deleted it.
    if (status === 404 && call.method === 'DELETE' && mayBeDone) return answer;
    const shown = { ...answer, text: withoutToken(text, token) };
    throw explainRefusal(call, shown, this.options.clock.now());
  }

  /**
   * Sends one request and reads its answer, in the time that there is.
   *
   * @param refused - The token that the service has just refused. Undefined comes back when there is no other.
   */
  async #exchange(call: ApiCall, signal: AbortSignal, refused: undefined): Promise<ExchangeAnswer>;
  async #exchange(call: ApiCall, signal: AbortSignal, refused: string): Promise<ExchangeAnswer | undefined>;
  async #exchange(
    call: ApiCall,
    outer: AbortSignal,
    refused: string | undefined,
  ): Promise<ExchangeAnswer | undefined> {
    const { accessToken, timeout } = this.options;
    let token = '';
    try {
      return await withSignal({ signals: [outer], timeout }, async (signal) => {
        token = await readAccessToken(accessToken, { isRefused: refused !== undefined });
        if (token === refused) return undefined;
        return { ...(await sendRequest(this.options, call, { token, signal })), token };
      });
    } catch (thrown) {
      if (outer.aborted || thrown instanceof FicWebhooksError) throw thrown;
      if (thrown === timeIsOver) {
        throw makeError('api-timeout', call, { happened: `got no whole answer in ${timeout} ms` });
      }
      const cause = copyError(thrown, token);
      throw makeError('api-unreachable', call, { happened: `failed: ${describeCause(cause)}`, cause });
    }
  }
}

/** An answer, and the token that it was the answer to. */
type ExchangeAnswer = ApiAnswer & { readonly token: string };

function describeCause({ message, cause }: Error): string {
  return cleanText(cause instanceof Error ? `${message} (${cause.message})` : message);
}
