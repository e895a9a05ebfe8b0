/** The emulator refused a call, or could not be reached. The message can be shown as it is. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** What to show of whatever was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof ControlError) return error.message;
  return `The page met an error of its own: ${String(error)}`;
}
