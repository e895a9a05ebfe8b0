/** The codes of {@link EmulatorError}. */
export type EmulatorErrorCode =
  | 'option-invalid'
  | 'port-in-use'
  | 'state-in-use'
  | 'state-unreadable'
  | 'state-newer'
  | 'duration-invalid'
  | 'event-invalid'
  | 'input-invalid'
  | 'faults-invalid'
  | 'delivery-unknown'
  | 'delivery-not-replayable'
  | 'subscription-unknown'
  | 'subscription-refused'
  | 'subscription-unverified'
  | 'verification-refused'
  | 'emulator-closed';

/**
 * The emulator cannot do what was asked. The message says what happened, the likely cause and the cure.
 *
 * @example
 * ```ts
 * await startEmulator({ port: 4010 }).catch((error) => {
 *   if (error instanceof EmulatorError && error.code === 'port-in-use') return startEmulator({ port: 0 });
 *   throw error;
 * });
 * ```
 */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  /** Which of the things that can go wrong. Stable. */
  readonly code: EmulatorErrorCode;
  /** The option or the field that is wrong, where it is one. */
  declare readonly field?: string;

  constructor(
    code: EmulatorErrorCode,
    message: string,
    { field, cause }: { field?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (field !== undefined) this.field = field;
  }
}
