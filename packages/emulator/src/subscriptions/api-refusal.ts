/** What an {@link ApiRefusal} holds besides its message. */
export interface RefusalDetails {
  /** The HTTP status. */
  readonly status: number;
  /** Such as `NO_PERMISSION`. */
  readonly code?: string | undefined;
  /** What is wrong with which field, such as `data.sink`. */
  readonly validationResult?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Seconds after which the call may be made again. */
  readonly retryAfter?: number | undefined;
  /** HTTP headers of the answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The Subscriptions API refuses a call. The HTTP layer turns it into the error shapes of Fatture in Cloud. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly details: RefusalDetails;

  constructor(message: string, details: RefusalDetails) {
    super(message);
    this.details = details;
  }
}

/** A refusal for fields that do not fit: status 422. */
export function invalidFields(validationResult: Readonly<Record<string, readonly string[]>>): ApiRefusal {
  const [field, problems] = Object.entries(validationResult)[0] ?? ['data', ['It does not fit.']];
  return new ApiRefusal(`The request is not valid. ${field}: ${problems[0]}`, {
    status: 422,
    validationResult,
  });
}

/** A refusal for want of a permission: status 403, which has no `Retry-After`, in contrast to a quota. */
export function noPermission(message: string): ApiRefusal {
  return new ApiRefusal(message, { status: 403, code: 'NO_PERMISSION' });
}
