import type { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import type { Clock } from './clock.js';

/** What a token function is told. */
export interface AccessTokenRequest {
  /** True: the service has just answered 401 to the token given before. Refresh it, or the call fails. */
  readonly isRefused: boolean;
}

/** Gives the access token of a call. Asked for every call, so that a refreshed token is used at once. */
export type AccessTokenFunction = (request: AccessTokenRequest) => string | Promise<string>;

/**
 * The part of the `Configuration` of `@fattureincloud/fattureincloud-ts-sdk` that is used here: the token, and the base
 * URL where it has one.
 *
 * @example
 * ```ts
 * const configuration: SdkConfiguration = new Configuration({ accessToken: process.env.FIC_ACCESS_TOKEN });
 * const client = createSubscriptionsClient({ companyId: 108061, accessToken: configuration });
 * ```
 */
export interface SdkConfiguration {
  /** A token, or what gives one. */
  accessToken?:
    | string
    | Promise<string>
    | ((name?: string, scopes?: string[]) => string | Promise<string>)
    | undefined;
  /** Used as `baseUrl` when that is not given. */
  basePath?: string | undefined;
}

/**
 * What `onRetry` is told, before each repetition.
 *
 * @example
 * ```ts
 * createSubscriptionsClient({ companyId, accessToken, onRetry: ({ error, delay }) => console.warn(error.message, delay) });
 * ```
 */
export interface RetryNotice {
  /** The attempt that failed: 1 for the first. */
  readonly attempt: number;
  /** Why it failed. */
  readonly error: FicWebhooksError;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/**
 * Options of {@link createSubscriptionsClient}. All durations are milliseconds.
 *
 * @example
 * ```ts
 * const options: SubscriptionsClientOptions = { companyId: 108061, accessToken: () => readToken(), timeout: 5_000 };
 * ```
 */
export interface SubscriptionsClientOptions {
  /** The company that owns the data. */
  companyId: number;
  /**
   * The OAuth access token; a function that gives it; or the `Configuration` of FIC's own SDK. A function is asked for
   * every call, and once more when the service answers 401.
   */
  accessToken: string | AccessTokenFunction | SdkConfiguration;
  /** Default `https://api-v2.fattureincloud.it`. HTTPS, or HTTP on loopback: the token is sent to it. */
  baseUrl?: string | undefined;
  /** Another `fetch`, for a proxy or a test. Default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** The time for one attempt of a call, answer included. Default 10,000. */
  timeout?: number | undefined;
  /** Repetitions of a call that failed in a way that may pass. Default 3; 0 for none. */
  retries?: number | undefined;
  /**
   * The longest time to wait before a repetition. When the service asks for more, the call fails at once, and the error
   * says when to come back. Default 60,000.
   */
  longestWait?: number | undefined;
  /** Ends everything that this client does: calls reject with its reason. */
  signal?: AbortSignal | undefined;
  /** Told before each repetition. What it throws is swallowed. */
  onRetry?: ((notice: RetryNotice) => unknown) | undefined;
  /** Lets `baseUrl` be plain HTTP outside loopback, and sinks too: for an emulator in a network that you trust. Default false. */
  allowHttp?: boolean | undefined;
  /** Another clock, for tests. */
  clock?: Clock | undefined;
}
