import { FicWebhooksError, type FicWebhooksErrorCode } from './fic-webhooks-error.js';

/**
 * An option given at construction is missing or wrong. Thrown at start-up, never while a request is answered.
 *
 * @example
 * ```ts
 * try {
 *   createReceiver({ sink: 'https://example.com/fic' });
 * } catch (error) {
 *   if (error instanceof InvalidOptionError) console.error(error.option); // 'applicationId'
 * }
 * ```
 */
export class InvalidOptionError extends FicWebhooksError {
  static override readonly brand: symbol = Symbol.for('@fic-webhooks/InvalidOptionError');

  override readonly name: string = 'InvalidOptionError';
  /** The name of the option, as the caller wrote it. */
  readonly option: string;

  constructor(code: FicWebhooksErrorCode, option: string, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? {} : { cause });
    this.option = option;
  }
}

// Not in a static block: the CommonJS build runs static blocks before static fields, and the brand would be undefined.
Object.defineProperty(InvalidOptionError.prototype, InvalidOptionError.brand, { value: true });
