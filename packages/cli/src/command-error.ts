/** The codes of {@link CommandError}. */
export type CommandErrorCode =
  | 'emulator-unreachable'
  | 'emulator-refused'
  | 'file-unwritable'
  | 'file-missing'
  | 'inbox-missing'
  | 'dead-letter-missing'
  | 'key-ambiguous'
  | 'sink-unreachable';

/** A command cannot do what was asked. The message says what happened, the likely cause and the cure. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
