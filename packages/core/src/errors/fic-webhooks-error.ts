/**
 * Every code an error of this project can carry. Codes are stable: a program may branch on them.
 *
 * Codes of *answers* to a sender are another list, see {@link OutcomeCode}.
 */
export type FicWebhooksErrorCode =
  | 'sink-missing'
  | 'sink-invalid'
  | 'sink-insecure'
  | 'application-id-missing'
  | 'application-id-invalid'
  | 'public-keys-invalid'
  | 'inbox-with-idempotency'
  | 'inbox-missing'
  | 'inbox-not-durable'
  | 'inbox-corrupt'
  | 'inbox-schema-newer'
  | 'inbox-clock-skewed'
  | 'inbox-locked'
  | 'inbox-full'
  | 'inbox-unreachable'
  | 'inbox-overloaded'
  | 'inbox-closed'
  | 'inbox-claim-lost'
  | 'transaction-invalid'
  | 'event-name-unknown'
  | 'handler-invalid'
  | 'handler-duplicate'
  | 'option-invalid'
  | 'option-unknown'
  | 'event-missing'
  | 'event-invalid'
  | 'endpoint-duplicate'
  | 'receiver-unknown'
  | 'module-missing'
  | 'store-full'
  | 'store-unreachable'
  | 'event-type-dead'
  | 'access-token-unusable'
  | 'api-unauthorised'
  | 'api-permission'
  | 'api-application-disabled'
  | 'api-quota'
  | 'api-not-found'
  | 'api-conflict'
  | 'api-validation'
  | 'api-refused'
  | 'api-server'
  | 'api-redirected'
  | 'api-answer-unexpected'
  | 'api-unreachable'
  | 'api-timeout';

/** Options of the {@link FicWebhooksError} constructor. */
export interface FicWebhooksErrorOptions {
  /** What was caught underneath. */
  cause?: unknown;
  /** The HTTP status that belongs to this error, where one does. */
  status?: number;
}

/**
 * The one base of all errors thrown by this project. The message says what happened, the likely cause and
 * the cure.
 *
 * `instanceof` works across entry points and across ESM and CommonJS copies of this package: classes are
 * recognised by a registered symbol, not by identity.
 *
 * @example
 * ```ts
 * try {
 *   createReceiver({ sink: 'http://example.com/fic', applicationId: 1234 });
 * } catch (error) {
 *   if (error instanceof FicWebhooksError && error.code === 'sink-insecure') console.error(error.message);
 * }
 * ```
 */
export class FicWebhooksError extends Error {
  /** The symbol under which instances of this class are known, whichever copy of it made them. */
  static readonly brand: symbol = Symbol.for('@fic-webhooks/FicWebhooksError');

  override readonly name: string = 'FicWebhooksError';
  readonly code: FicWebhooksErrorCode;
  /** The HTTP status that belongs to this error, where one does. */
  // Only declared: an error without a status shall not show one that is undefined.
  declare readonly status?: number;

  constructor(code: FicWebhooksErrorCode, message: string, options: FicWebhooksErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.status !== undefined) this.status = options.status;
  }

  static override [Symbol.hasInstance](this: unknown, value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class on the right of instanceof, perhaps a subclass.
    const self = this as typeof FicWebhooksError;
    // A subclass written by a user has no brand of its own: for it the ordinary rule holds.
    if (!Object.hasOwn(self, 'brand')) return Function.prototype[Symbol.hasInstance].call(self, value);
    return typeof value === 'object' && value !== null && Reflect.get(value, self.brand) === true;
  }
}

// Not in a static block: the CommonJS build runs static blocks before static fields, and the brand would be undefined.
Object.defineProperty(FicWebhooksError.prototype, FicWebhooksError.brand, { value: true });
