/** What an error may hold besides, of which a program can make something. */
const fields = [
  'status',
  'method',
  'path',
  'apiCode',
  'apiMessage',
  'validationResult',
  'window',
  'retryAfter',
] as const;

/** A failure as it stands in a JSON document, with whatever else the error holds of its call. */
export interface FailureView extends Partial<Readonly<Record<(typeof fields)[number], unknown>>> {
  /** Stable: a program may branch on it. */
  readonly code: string;
  /** What happened, the likely cause and the cure. */
  readonly message: string;
}

/** Errors with a code say what to do. Undefined for any other: that is a fault of this program. */
export function describeFailure(error: unknown): FailureView | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code, message } = error;
  const known = fields
    .map((name) => [name, Reflect.get(error, name)])
    .filter(([, value]) => value !== undefined);
  return { code: String(code), message, ...Object.fromEntries(known) };
}
