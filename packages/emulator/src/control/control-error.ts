import type { FastifyError } from 'fastify';
import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.js';
import { ApiRefusal } from '../subscriptions/api-refusal.js';
import type { ErrorView } from './views.js';

/** What a {@link ControlError} is made of. */
export interface ControlErrorOptions {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Stable, in kebab case. */
  readonly code: string;
  /** What happened, the likely cause and the cure. */
  readonly message: string;
  /** The field, the parameter or the header that is wrong. */
  readonly field?: string;
}

/** A call of the control API is refused. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor({ status, code, message, field }: ControlErrorOptions) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** Every other code of an {@link EmulatorError} is 400: the caller asked for what cannot be. */
const statuses: Partial<Record<EmulatorErrorCode, number>> = {
  'delivery-unknown': 404,
  'delivery-not-replayable': 409,
  'subscription-unknown': 404,
  'emulator-closed': 503,
};

/** Codes of Fastify's own errors, and what the caller is told. */
const frameworkErrors: Readonly<Record<string, Omit<ControlErrorOptions, 'field'>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    message: 'body: it is over 1 MiB. Send less at once.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'body-malformed',
    message: 'body: it has another length than Content-Length says.',
  },
};

/** Turns whatever was thrown into a refusal. */
export function toControlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  if (error instanceof EmulatorError) {
    const { code, message, field, cause } = error;
    return new ControlError({
      // What the service itself refuses has the status that it refuses it with.
      status: cause instanceof ApiRefusal ? cause.details.status : (statuses[code] ?? 400),
      code,
      message,
      ...(field !== undefined && { field }),
    });
  }
  const { code = '', message = String(error), statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  const known = frameworkErrors[code];
  if (known !== undefined) return new ControlError({ ...known, field: 'body' });
  if (statusCode < 500) {
    return new ControlError({
      status: statusCode,
      code: 'request-invalid',
      message: `The request cannot be served: ${message}.`,
    });
  }
  return new ControlError({
    status: 500,
    code: 'emulator-failed',
    message: `The emulator failed: ${message}. This is no fault of yours, unless its disk is full.`,
  });
}

/** The body of an answer that is an error. */
export function toErrorView({ code, message, field }: ControlErrorOptions | ControlError): ErrorView {
  return { error: { code, message, ...(field !== undefined && { field }) } };
}
