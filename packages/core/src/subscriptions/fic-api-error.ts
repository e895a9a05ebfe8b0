import { FicWebhooksError, type FicWebhooksErrorCode } from '../errors/fic-webhooks-error.js';

/** The quotas of the service: 300 calls per 5 minutes, 1,000 per hour, 40,000 per month. */
export type QuotaWindow = '5-minutes' | 'hour' | 'month';

/** The codes of a {@link FicApiError}. */
export type FicApiErrorCode = Extract<FicWebhooksErrorCode, `api-${string}`>;

/** What a {@link FicApiError} holds besides code and message. */
export interface FicApiErrorDetails {
  /** The HTTP method of the call. */
  readonly method: string;
  /** The path of the call, without host and query. */
  readonly path: string;
  /** The HTTP status of the answer; left out when there was none. */
  readonly status?: number | undefined;
  readonly apiCode?: string | undefined;
  readonly apiMessage?: string | undefined;
  readonly validationResult?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly window?: QuotaWindow | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call of the Subscriptions API did not succeed. `code` says in which way:
 *
 * - `api-unauthorised` (401), `api-permission` (403), `api-application-disabled` (403)
 * - `api-quota` (429, or 403 with `Retry-After`): `window` and `retryAfter` say which quota, and when it is back
 * - `api-not-found` (404), `api-conflict` (409), `api-validation` (400, 422), `api-refused` (other 4xx)
 * - `api-server` (5xx), `api-redirected` (3xx, never followed), `api-answer-unexpected`
 * - `api-unreachable`, `api-timeout`: no answer
 *
 * The message says what the service said, what it means and what to do. The access token stands in none of the fields.
 *
 * @example
 * ```ts
 * try {
 *   await client.list();
 * } catch (error) {
 *   if (error instanceof FicApiError && error.code === 'api-quota') console.log(error.window, error.retryAfter);
 * }
 * ```
 */
export class FicApiError extends FicWebhooksError {
  static override readonly brand: symbol = Symbol.for('@fic-webhooks/FicApiError');

  override readonly name: string = 'FicApiError';
  declare readonly code: FicApiErrorCode;
  readonly method: string;
  /** The path of the call, without host and query. */
  readonly path: string;
  /** The service's own code, such as `NO_PERMISSION`. */
  declare readonly apiCode?: string;
  /** The service's own words, cleaned and cut. */
  declare readonly apiMessage?: string;
  /** What the service has against which field. */
  declare readonly validationResult?: Readonly<Record<string, readonly string[]>>;
  /** The quota that is used up. */
  declare readonly window?: QuotaWindow;
  /** Milliseconds after which the service wants to be called again, if it said so. */
  declare readonly retryAfter?: number;

  constructor(code: FicApiErrorCode, message: string, details: FicApiErrorDetails) {
    const { method, path, status, cause, ...others } = details;
    super(code, message, {
      ...(status !== undefined && { status }),
      ...(cause !== undefined && { cause }),
    });
    this.method = method;
    this.path = path;
    // Only what is there: an error shall not show fields that are undefined.
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
  }
}

// Not in a static block: the CommonJS build runs static blocks before static fields, and the brand would be undefined.
Object.defineProperty(FicApiError.prototype, FicApiError.brand, { value: true });
