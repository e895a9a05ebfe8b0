import type { FastifyReply } from 'fastify';
import { ApiRefusal } from '../subscriptions/api-refusal.js';

/** Answers an error in the shapes of Fatture in Cloud: one for OAuth errors, one for all others. */
export function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const { message, details } = error instanceof ApiRefusal ? error : toRefusal(error);
  const { status, code, validationResult, retryAfter, headers } = details;
  if (headers !== undefined) reply.headers(headers);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  return reply.code(status).send(
    status === 401
      ? { error: code, error_description: message }
      : {
          error: {
            message,
            ...(code !== undefined && { code }),
            ...(validationResult !== undefined && { validation_result: validationResult }),
          },
        },
  );
}

/** Errors of the HTTP server keep their status, such as 400, 413 and 415. Everything else is trouble of the emulator. */
function toRefusal(error: unknown): ApiRefusal {
  const { message, statusCode } = error as { message?: string; statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ApiRefusal(message ?? 'The request cannot be read.', { status: statusCode });
  }
  return new ApiRefusal(`The emulator failed, and nothing was changed: ${message ?? String(error)}`, {
    status: 500,
  });
}
