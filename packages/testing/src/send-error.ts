/** Why there is no answer. */
export type SendErrorCode =
  | 'send-timeout'
  | 'send-refused'
  | 'send-broken'
  | 'send-too-large'
  | 'send-impossible';

/**
 * A request got no answer.
 *
 * - `send-timeout`: the time was over.
 * - `send-refused`: nobody listens there, or the host cannot be found.
 * - `send-broken`: the connection broke before the answer was complete.
 * - `send-too-large`: the answer has more bytes than `maximumAnswer`.
 * - `send-impossible`: the request cannot be written as HTTP.
 *
 * @example
 * ```ts
 * await send(notification).catch((error) => {
 *   if (error instanceof SendError && error.code === 'send-refused') console.error('Start the app first.');
 * });
 * ```
 */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly code: SendErrorCode;

  constructor(code: SendErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
